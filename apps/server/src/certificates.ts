import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { CertificateAuthority } from '@pillion/fleet'
import { type DataFolder, DataFolderError } from './data-folder.ts'
import type { SharedSecrets } from './nodes/shared-secrets.ts'

export interface Pem {
  readonly certificatePem: string
  readonly privateKeyPem: string
}

export interface Certificates {
  readonly authority: CertificateAuthority
  /** The server's certificate; a new one if the kept one is near its end, misses a name, or is of another authority. */
  serverCertificate(): Promise<Pem>
}

const DAY_MS = 86_400_000
/** A server that is restarted or looks once a day has weeks to notice. */
const RENEW_BEFORE_MS = 30 * DAY_MS

/**
 * Opens the local authority, or makes it at first start. `names` come on top of the names every server
 * certificate has: localhost, the app hosts below it, the loopback addresses and the machine's name.
 * @throws {DataFolderError} if what is left of an authority is no longer one
 */
export async function openCertificates(options: {
  data: DataFolder
  names: readonly string[]
  /** One authority for all nodes; the certificate of the server stays each one's own. */
  shared?: SharedSecrets | undefined
  now?: () => number
}): Promise<Certificates> {
  const { data, names, shared, now = Date.now } = options
  const pem = await (shared === undefined
    ? openOwnAuthority(data, now())
    : openSharedAuthority(data, shared, now()))
  const authority = await CertificateAuthority.load(pem).catch((cause) => {
    throw authorityError(data, `cannot be read: ${(cause as Error).message}`, cause)
  })
  const everyName = [
    ...new Set(['localhost', '127.0.0.1', '::1', hostname().toLowerCase(), ...names]),
  ].filter(isCertifiable)

  return {
    authority,
    async serverCertificate() {
      const kept = await readPem(data, 'tls')
      if (kept !== undefined && isUsable(kept, authority, everyName, now())) return kept
      const issued = await authority.issueServer({ names: everyName, now: now() })
      await writePem(data, 'tls', issued)
      return issued
    },
  }
}

/** The authority of this data folder, or a new one. */
async function openOwnAuthority(data: DataFolder, now: number): Promise<Pem> {
  const kept = await readPem(data, 'ca')
  if (kept !== undefined) return kept
  // The key is written first: this is no first start that was cut off.
  if ((await data.read('ca/certificate.pem')) !== undefined)
    throw authorityError(data, 'has lost its private-key.pem')
  const { certificatePem, privateKeyPem } = await CertificateAuthority.create({ now })
  const pem = { certificatePem, privateKeyPem }
  await writePem(data, 'ca', pem)
  return pem
}

/** Never made anew without being asked: no client would trust the server, nor be let in, any more. */
function authorityError(data: DataFolder, what: string, cause?: unknown): DataFolderError {
  const folder = join(data.path, 'ca')
  return new DataFolderError(
    `The certificate authority in ${folder} ${what}. Bring that folder back from a backup. Or, if it is lost, move it away: a new one is made, and every client needs its ca.crt, every partner a new certificate (\`pillion partner rotate UID\`).`,
    { cause },
  )
}

/** What operators hand out is in the data folder of every node. */
async function openSharedAuthority(data: DataFolder, shared: SharedSecrets, now: number): Promise<Pem> {
  const text = await shared.getOrAdd('ca', async () => {
    const { certificatePem, privateKeyPem } = await openOwnAuthority(data, now)
    return certificatePem + privateKeyPem
  })
  const keyStart = text.search(/-----BEGIN [A-Z ]*PRIVATE KEY-----/)
  const pem = { certificatePem: text.slice(0, keyStart), privateKeyPem: text.slice(keyStart) }
  await writePem(data, 'ca', pem)
  return pem
}

/** Folder `ca` or `tls`: certificate.pem and private-key.pem. */
async function readPem(data: DataFolder, folder: string): Promise<Pem | undefined> {
  const certificatePem = await data.read(`${folder}/certificate.pem`)
  const privateKeyPem = await data.read(`${folder}/private-key.pem`)
  if (certificatePem === undefined || privateKeyPem === undefined) return undefined
  return { certificatePem, privateKeyPem }
}

async function writePem(data: DataFolder, folder: string, pem: Pem): Promise<void> {
  await data.write(`${folder}/private-key.pem`, pem.privateKeyPem, { secret: true })
  await data.write(`${folder}/certificate.pem`, pem.certificatePem)
}

function isUsable(pem: Pem, authority: CertificateAuthority, names: readonly string[], now: number): boolean {
  const certificate = readPair(pem)
  if (certificate === undefined) return false
  const endsLateEnough = Date.parse(certificate.validTo) - now > RENEW_BEFORE_MS
  const isOurs = certificate.verify(new X509Certificate(authority.certificatePem).publicKey)
  return endsLateEnough && isOurs && names.every((name) => covers(certificate, name))
}

/** undefined: damaged, or not of one another. */
function readPair({ certificatePem, privateKeyPem }: Pem): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(certificatePem)
    return certificate.checkPrivateKey(createPrivateKey(privateKeyPem)) ? certificate : undefined
  } catch {
    return undefined
  }
}

function covers(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined
  return certificate.checkHost(name.replace(/^\*/, 'x')) !== undefined
}

/** A machine may be called anything; a certificate takes addresses and DNS names only. */
function isCertifiable(name: string): boolean {
  return (
    isIP(name) !== 0 || /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name)
  )
}
