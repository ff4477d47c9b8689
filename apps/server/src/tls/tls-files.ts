import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigError } from '../config-sources.ts'

/** Section `tls` of the configuration; '' stands for none. */
export interface TlsPaths {
  readonly certFile: string
  readonly keyFile: string
  readonly caFile: string
  readonly clientCaFile: string
  readonly crlFile: string
}

/** What an operator brought, as PEM. */
export interface TlsFiles {
  /** Certificate with its chain, and its private key; undefined: that of the local authority is used. */
  readonly server: { readonly certificatePem: string; readonly privateKeyPem: string } | undefined
  /** Of the authority that signed it. */
  readonly caPem: string
  /** Of further authorities whose client certificates are accepted. */
  readonly clientCaPem: string
  readonly crlPem: string
}

/** @throws {ConfigError} a file is missing, is no PEM of its kind, or the key is another certificate’s */
export function readTlsFiles(paths: TlsPaths): TlsFiles {
  const server = readServer(paths)
  const caPem = read(paths, 'caFile', checkCertificates)
  const clientCaPem = read(paths, 'clientCaFile', checkCertificates)
  const crlPem = read(paths, 'crlFile', (crl) => createSecureContext({ crl: splitPem(crl) }))
  return { server, caPem, clientCaPem, crlPem }
}

/** Each block of a PEM file by itself: OpenSSL reads only the first of a revocation list’s. */
export function splitPem(pem: string): string[] {
  return pem.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? []
}

function readServer(paths: TlsPaths): TlsFiles['server'] {
  const missing = paths.certFile === '' ? 'certFile' : 'keyFile'
  if (paths.certFile === '' && paths.keyFile === '') return undefined
  if (paths[missing] === '')
    throw new ConfigError(
      `tls.${missing}`,
      `tls.${missing} is missing: tls.certFile and tls.keyFile go together.`,
    )
  const certificatePem = read(paths, 'certFile', checkCertificates)
  const privateKeyPem = read(paths, 'keyFile', createPrivateKey)
  if (!new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem)))
    throw new ConfigError('tls.keyFile', `tls.keyFile: ${paths.keyFile} is not the key of ${paths.certFile}.`)
  return { certificatePem, privateKeyPem }
}

function read(paths: TlsPaths, name: keyof TlsPaths, check: (pem: string) => unknown): string {
  const file = paths[name]
  if (file === '') return ''
  try {
    const pem = readFileSync(file, 'utf8')
    check(pem)
    return pem
  } catch (cause) {
    const text = `tls.${name}: ${file} cannot be used: ${(cause as Error).message}`
    throw new ConfigError(`tls.${name}`, text, { cause })
  }
}

function checkCertificates(pem: string): void {
  const blocks = splitPem(pem)
  if (blocks.length === 0) throw new Error('there is no certificate in it')
  for (const block of blocks) new X509Certificate(block)
}
