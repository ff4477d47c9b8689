import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import { certificateUri } from './certificate-name.ts'
import type { Role } from './records.ts'

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const
const dayMilliseconds = 86_400_000
/** A peer whose clock is behind must not refuse a new certificate. */
const clockSkewMilliseconds = 3_600_000
const authorityDays = 3_650
/** What browsers accept at most. */
const serverDays = 397
const clientDays = 825
/** How long whoever has a list of what is revoked may go on with it. */
const revocationListDays = 7
const crlNumberOid = '2.5.29.20'

export interface IssuedCertificate {
  certificatePem: string
  /** PKCS #8, not encrypted. */
  privateKeyPem: string
}

/** A local certificate authority for TLS listeners and client certificates; ECDSA on P-256 throughout. */
export class CertificateAuthority {
  readonly certificatePem: string
  readonly #certificate: x509.X509Certificate
  readonly #privateKey: CryptoKey

  private constructor(certificate: x509.X509Certificate, privateKey: CryptoKey) {
    this.certificatePem = toPem(certificate)
    this.#certificate = certificate
    this.#privateKey = privateKey
  }

  /** `now` in milliseconds since 1970. */
  static async create(
    options: { commonName?: string; now?: number } = {},
  ): Promise<IssuedCertificate & { authority: CertificateAuthority }> {
    const keys = await createKeys()
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: [{ CN: [options.commonName ?? 'Pillion local authority'] }],
      keys,
      signingAlgorithm,
      ...validity(options.now ?? Date.now(), authorityDays),
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    })
    const authority = new CertificateAuthority(certificate, keys.privateKey)
    return {
      authority,
      certificatePem: authority.certificatePem,
      privateKeyPem: await exportPrivateKey(keys),
    }
  }

  /** Throws if the two do not belong together or the certificate is no authority's; the files come from an operator. */
  static async load(pem: IssuedCertificate): Promise<CertificateAuthority> {
    const certificate = new x509.X509Certificate(pem.certificatePem)
    if (!new X509Certificate(pem.certificatePem).ca) throw new Error("The certificate is not an authority's.")
    const der = x509.PemConverter.decodeFirst(pem.privateKeyPem)
    const privateKey = await crypto.subtle.importKey('pkcs8', der, keyAlgorithm, true, ['sign'])
    const authority = new CertificateAuthority(certificate, privateKey)
    await authority.#verifyKey()
    return authority
  }

  async #verifyKey(): Promise<void> {
    const probe = new Uint8Array(32)
    const signature = await crypto.subtle.sign(signingAlgorithm, this.#privateKey, probe)
    const publicKey = await this.#certificate.publicKey.export(keyAlgorithm, ['verify'])
    const belongs = await crypto.subtle.verify(signingAlgorithm, publicKey, signature, probe)
    if (!belongs) throw new Error('The private key does not belong to the certificate of the authority.')
  }

  /** `names`: DNS names and IP addresses, all in the subject alternative name. */
  issueServer(options: {
    names: readonly string[]
    days?: number
    now?: number
  }): Promise<IssuedCertificate> {
    return this.#issue({
      commonName: 'Pillion server',
      days: options.days ?? serverDays,
      now: options.now ?? Date.now(),
      names: options.names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
      usage: x509.ExtendedKeyUsage.serverAuth,
    })
  }

  /** Common name = `name`; subject alternative name = the URI `pillion:<role>:<name>`. */
  issueClient(options: {
    role: Role
    name: string
    days?: number
    now?: number
  }): Promise<IssuedCertificate> {
    return this.#issue({
      commonName: options.name,
      days: options.days ?? clientDays,
      now: options.now ?? Date.now(),
      names: [{ type: 'url', value: certificateUri(options.role, options.name) }],
      usage: x509.ExtendedKeyUsage.clientAuth,
    })
  }

  /** When its own certificate ends, and with it the last that it issued; milliseconds since 1970. */
  get validTo(): number {
    return this.#certificate.notAfter.getTime()
  }

  /** What it issued and took back (RFC 5280), as DER. `endsAt` and `now` in milliseconds since 1970. */
  async createRevocationList({
    now,
    entries,
  }: {
    now: number
    entries: readonly { serialNumber: string /* hex */; endsAt: number | undefined }[]
  }): Promise<Uint8Array> {
    const list = await x509.X509CrlGenerator.create({
      issuer: this.#certificate.subjectName,
      thisUpdate: new Date(now),
      nextUpdate: new Date(now + revocationListDays * dayMilliseconds),
      signingKey: this.#privateKey,
      signingAlgorithm,
      entries: entries.map(({ serialNumber, endsAt }) => ({
        serialNumber,
        revocationDate: new Date(endsAt ?? now),
      })),
      extensions: [
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
        // It has to grow with each list: RFC 5280, 5.2.3.
        new x509.Extension(crlNumberOid, false, encodeInteger(Math.floor(now / 1_000))),
      ],
    })
    return new Uint8Array(list.rawData)
  }

  async #issue(request: {
    commonName: string
    days: number
    now: number
    names: x509.JsonGeneralName[]
    usage: x509.ExtendedKeyUsage
  }): Promise<IssuedCertificate> {
    const keys = await createKeys()
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [{ CN: [request.commonName] }],
      issuer: this.#certificate.subjectName,
      publicKey: keys.publicKey,
      signingKey: this.#privateKey,
      signingAlgorithm,
      ...validity(request.now, request.days, this.#certificate.notAfter),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([request.usage]),
        new x509.SubjectAlternativeNameExtension(request.names),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
      ],
    })
    return { certificatePem: toPem(certificate), privateKeyPem: await exportPrivateKey(keys) }
  }
}

function createKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
}

/** A certificate that outlives its authority would fail without saying why. */
function validity(now: number, days: number, latest?: Date): { notBefore: Date; notAfter: Date } {
  const end = now + days * dayMilliseconds
  return {
    notBefore: new Date(now - clockSkewMilliseconds),
    notAfter: new Date(latest === undefined ? end : Math.min(end, latest.getTime())),
  }
}

/** DER of a positive number of up to 48 bits. */
function encodeInteger(value: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(7)
  bytes.writeUIntBE(value, 1, 6)
  const first = bytes.findIndex((byte, at) => at === 6 || byte !== 0)
  // The highest bit would make it a negative number.
  const start = (bytes[first] as number) > 127 ? first - 1 : first
  return Uint8Array.from([0x02, 7 - start, ...bytes.subarray(start)])
}

function toPem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}

async function exportPrivateKey(keys: CryptoKeyPair): Promise<string> {
  const der = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return `${x509.PemConverter.encode(der, x509.PemConverter.PrivateKeyTag)}\n`
}
