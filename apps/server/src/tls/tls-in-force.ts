import { X509Certificate } from 'node:crypto'
import { unwatchFile, watchFile } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import type { Certificates, Pem } from '../certificates.ts'
import { type Expiry, ExpiryLog, readExpiry } from './expiry.ts'
import { readTlsFiles, splitPem, type TlsFiles, type TlsPaths } from './tls-files.ts'

/** What TLS listeners work with. */
export interface TlsMaterial extends Pem {
  /** Authorities whose client certificates are accepted. */
  readonly authorities: readonly string[]
  /** Revocation lists: none, or one of each authority, as OpenSSL then asks for all; the local one’s first. */
  readonly crls: readonly string[]
}

export interface TlsOptions {
  readonly paths: TlsPaths
  readonly certificates: Certificates
  readonly log: Logger
  /** Of further certificates, whose end is watched, too. */
  readonly others: () => Expiry[]
  readonly now?: () => number
  readonly lookMilliseconds?: number
}

/** The files may be on a network drive, or links that are changed under us: their times are looked at, nobody tells. */
const LOOK_MS = 5_000
/** Of the local authority’s certificate, which is renewed weeks ahead, and of all that expire. */
const CHECK_MS = 12 * 3_600_000

/** The certificates of the TLS listeners: read again when their files change, renewed before they end. */
export class TlsInForce {
  readonly #options: TlsOptions
  readonly #now: () => number
  readonly #expiryLog: ExpiryLog
  readonly #listeners: ((material: TlsMaterial) => void)[] = []
  #files: TlsFiles
  #material: TlsMaterial
  #check: NodeJS.Timeout | undefined
  readonly #look = (): void => void this.refresh()

  private constructor(options: TlsOptions, files: TlsFiles, material: TlsMaterial) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#expiryLog = new ExpiryLog(options.log)
    this.#files = files
    this.#material = material
  }

  /** @throws {ConfigError} what an operator brought cannot be used */
  static async open(options: TlsOptions): Promise<TlsInForce> {
    const files = readTlsFiles(options.paths)
    const now = options.now?.() ?? Date.now()
    return new TlsInForce(options, files, await assemble(options.certificates, files, now))
  }

  get material(): TlsMaterial {
    return this.#material
  }

  /** What clients need to trust this server. */
  get caPem(): string {
    return this.#files.caPem === '' ? this.#options.certificates.authority.certificatePem : this.#files.caPem
  }

  onChange(listener: (material: TlsMaterial) => void): void {
    this.#listeners.push(listener)
  }

  /** Looks after them from here on. */
  watch(): void {
    const { lookMilliseconds: interval = LOOK_MS } = this.#options
    for (const file of this.#watched) watchFile(file, { interval, persistent: false }, this.#look)
    this.#check = setInterval(this.#look, CHECK_MS).unref()
    this.#expiryLog.tell(this.expiries(), this.#now())
  }

  close(): void {
    for (const file of this.#watched) unwatchFile(file, this.#look)
    clearInterval(this.#check)
  }

  /** Reads all files again; connections that are open stay. If something is wrong, the old ones go on and the log says so. */
  async refresh(): Promise<void> {
    const { paths, certificates, log } = this.#options
    try {
      const files = readTlsFiles(paths)
      const material = await assemble(certificates, files, this.#now())
      this.#files = files
      this.#use(material)
    } catch (error) {
      log.error({ error: String(error) }, 'certificates not reloaded: the old ones stay in force')
    }
    this.#expiryLog.tell(this.expiries(), this.#now())
  }

  /** When which certificate ends. */
  expiries(): Expiry[] {
    const { certificates, others } = this.#options
    const clientCas = splitPem(this.#files.clientCaPem)
    return [
      ...readExpiry('server', this.#material.certificatePem),
      ...readExpiry('authority', certificates.authority.certificatePem),
      ...readExpiry('server-authority', this.#files.caPem),
      ...clientCas.flatMap((pem, at) =>
        readExpiry(at === 0 ? 'client-authority' : `client-authority-${at + 1}`, pem),
      ),
      ...others(),
    ]
  }

  #use(material: TlsMaterial): void {
    const isSame = isDeepStrictEqual(withoutOwnCrl(material), withoutOwnCrl(this.#material))
    // Our own list ends in a few days, so it is always the newest that is used.
    if (isSame && material.crls.length === 0) return
    this.#material = material
    for (const listener of this.#listeners) listener(material)
    if (!isSame) this.#options.log.info(describe(material), 'certificates reloaded; open connections stay')
  }

  get #watched(): string[] {
    return Object.values(this.#options.paths).filter((file) => file !== '')
  }
}

function withoutOwnCrl({ crls, ...rest }: TlsMaterial): object {
  return { ...rest, crls: crls.slice(1) }
}

function describe({ certificatePem, crls }: TlsMaterial): object {
  const { validTo, serialNumber } = new X509Certificate(certificatePem)
  return { serialNumber, endsAt: new Date(validTo).toISOString(), crls: crls.length }
}

async function assemble(certificates: Certificates, files: TlsFiles, now: number): Promise<TlsMaterial> {
  const { certificatePem, privateKeyPem } = files.server ?? (await certificates.serverCertificate())
  return {
    certificatePem,
    privateKeyPem,
    authorities: [certificates.authority.certificatePem, ...splitPem(files.clientCaPem)],
    crls: files.crlPem === '' ? [] : [await ownCrl(certificates, now), ...splitPem(files.crlPem)],
  }
}

/** An empty one: what the local authority takes back is refused at sign-in, without waiting for a list. */
async function ownCrl({ authority }: Certificates, now: number): Promise<string> {
  const der = await authority.createRevocationList({ now, entries: [] })
  return `-----BEGIN X509 CRL-----\n${Buffer.from(der).toString('base64')}\n-----END X509 CRL-----\n`
}
