import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { PartnerOptions } from './options.ts'
import { PartnerError } from './partner-error.ts'

export interface TlsFiles {
  readonly cert?: string
  readonly key?: string
  readonly ca?: string
}

/** Read again for each try, so that a renewed certificate is taken up without a restart. Throws CERTIFICATE_UNREADABLE. */
export function readTlsFiles(options: PartnerOptions, env: NodeJS.ProcessEnv = process.env): TlsFiles {
  const caFile = findCaFile(options, env)
  const files: { cert?: string; key?: string; ca?: string } = {}
  if (caFile !== undefined) files.ca = readPem(caFile, 'ca', ['CERTIFICATE'])
  if (options.sslClientCert !== undefined) {
    const pem = readPem(options.sslClientCert, 'sslClientCert', ['CERTIFICATE', 'PRIVATE KEY'])
    files.cert = pem
    files.key = pem
  }
  try {
    createSecureContext(files)
  } catch (cause) {
    throw new PartnerError(
      'CERTIFICATE_UNREADABLE',
      `${describe(options, caFile)}: ${(cause as Error).message}`,
      { cause },
    )
  }
  return files
}

/** Reads the client certificate for an explanation; undefined if there is none or it is unreadable. */
export function readClientCertificate(options: PartnerOptions): X509Certificate | undefined {
  if (options.sslClientCert === undefined) return undefined
  try {
    return new X509Certificate(readFileSync(options.sslClientCert))
  } catch {
    return undefined
  }
}

function findCaFile(options: PartnerOptions, env: NodeJS.ProcessEnv): string | undefined {
  if (options.ca !== undefined) return options.ca
  if (env.PILLION_CA) return env.PILLION_CA
  if (options.sslClientCert === undefined) return undefined
  const beside = join(dirname(options.sslClientCert), 'ca.crt')
  return existsSync(beside) ? beside : undefined
}

function readPem(file: string, field: string, blocks: readonly string[]): string {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new PartnerError('CERTIFICATE_UNREADABLE', `${field}: ${(cause as Error).message}`, { cause })
  }
  for (const block of blocks) {
    // "PRIVATE KEY" also stands in "EC PRIVATE KEY" and "RSA PRIVATE KEY".
    if (!new RegExp(`-----BEGIN ([A-Z]+ )?${block}-----`).test(pem)) {
      throw new PartnerError(
        'CERTIFICATE_UNREADABLE',
        `${field}: ${file} has no ${block} block; it must hold ${blocks.join(' and ')} in PEM`,
      )
    }
  }
  return pem
}

function describe(options: PartnerOptions, caFile: string | undefined): string {
  return [options.sslClientCert, caFile].filter((file) => file !== undefined).join(', ')
}
