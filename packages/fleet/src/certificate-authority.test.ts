import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import type { ConnectDecision, PeerCertificate } from '@pillion/broker'
import { CertificateAuthority, type IssuedCertificate } from './certificate-authority.ts'
import { otherUid, seedFleet, uid, vin } from './fleet.fixture.ts'

const { authority, certificatePem, privateKeyPem } = await CertificateAuthority.create()
const { authority: stranger } = await CertificateAuthority.create({ commonName: 'Pillion local authority' })
const server = await authority.issueServer({ names: ['localhost', 'pillion.example', '127.0.0.1', '::1'] })
const day = 86_400_000

/** Connects through real TLS; resolves to the server's side of the connection, rejects as the handshake did. */
async function handshake(
  client: IssuedCertificate | undefined,
  options: { ca?: string; servername?: string; rejectUnauthorized?: boolean } = {},
): Promise<tls.TLSSocket> {
  const listener = tls.createServer({
    key: server.privateKeyPem,
    cert: server.certificatePem,
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: options.rejectUnauthorized ?? true,
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const socket = tls.connect({
    host: '127.0.0.1',
    port,
    servername: options.servername ?? 'localhost',
    ca: options.ca ?? authority.certificatePem,
    ...(client && { key: client.privateKeyPem, cert: client.certificatePem }),
  })
  try {
    return await new Promise<tls.TLSSocket>((resolve, reject) => {
      listener.on('secureConnection', resolve)
      listener.on('tlsClientError', reject)
      socket.on('error', reject)
    })
  } finally {
    socket.on('error', () => {})
    socket.destroy()
    listener.close()
  }
}

/** Why the handshake fails; node:tls only says so to a server that asks for the certificate without insisting. */
async function refusal(client: IssuedCertificate): Promise<unknown> {
  await assert.rejects(handshake(client))
  return (await handshake(client, { rejectUnauthorized: false })).authorizationError
}

function readPeer(socket: tls.TLSSocket): PeerCertificate {
  const certificate = socket.getPeerX509Certificate()
  assert.ok(certificate)
  const names = (certificate.subjectAltName ?? '').split(', ')
  return {
    commonName: /^CN=(.*)$/m.exec(certificate.subject)?.[1],
    uris: names.flatMap((name) => (name.startsWith('URI:') ? [name.slice(4)] : [])),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    serialNumber: certificate.serialNumber.toLowerCase(),
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  }
}

test('is trusted in both directions by what it issued (W 2.2)', async () => {
  const client = await authority.issueClient({ role: 'partner', name: uid })
  const peer = readPeer(await handshake(client))
  assert.equal(peer.commonName, uid)
  assert.deepEqual(peer.uris, [`pillion:partner:${uid}`])
  for (const servername of ['pillion.example', 'localhost']) await handshake(client, { servername })
})

test('lets the handshake fail without a client certificate (W 2.2)', async () => {
  await assert.rejects(handshake(undefined), { code: 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' })
})

test('lets the handshake fail for the certificate of another authority of the same name (W 2.2)', async () => {
  const client = await stranger.issueClient({ role: 'partner', name: uid })
  assert.equal(await refusal(client), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
})

test('lets the handshake fail for an expired certificate', async () => {
  const longAgo = Date.now() - 30 * day
  const client = await authority.issueClient({ role: 'partner', name: uid, days: 29, now: longAgo })
  assert.equal(await refusal(client), 'CERT_HAS_EXPIRED')
})

test('lets the handshake fail for a server certificate in the hands of a client', async () => {
  assert.equal(await refusal(server), 'INVALID_PURPOSE')
})

test('is not believed by a client that trusts another authority, nor for a name it did not certify', async () => {
  const client = await authority.issueClient({ role: 'partner', name: uid })
  await assert.rejects(handshake(client, { ca: stranger.certificatePem }))
  await assert.rejects(handshake(client, { servername: 'elsewhere.example' }), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
})

test('lets FleetAccess tell whose certificate the handshake brought (W 2.2)', async () => {
  await using seeded = await seedFleet()
  const connect = async (certificate: IssuedCertificate): Promise<ConnectDecision> =>
    seeded.access.connect({
      clientId: 'c',
      username: uid,
      password: Buffer.from(seeded.partnerPassword),
      certificate: readPeer(await handshake(certificate)),
      protocolVersion: 5,
      listener: 'partners',
      remoteAddress: '127.0.0.1',
    })
  const own = await connect(await authority.issueClient({ role: 'partner', name: uid }))
  assert.equal('identity' in own && own.identity.key, `partner:${uid}`)
  const others = await connect(await authority.issueClient({ role: 'partner', name: otherUid }))
  assert.equal('reason' in others && others.reason, 'certificate_of_other_identity')
})

test('issues vehicle certificates that name the VIN', async () => {
  const peer = readPeer(await handshake(await authority.issueClient({ role: 'vehicle', name: vin })))
  assert.deepEqual(peer.uris, [`pillion:vehicle:${vin}`])
})

test('puts every name of the server in the subject alternative name', () => {
  const certificate = new X509Certificate(server.certificatePem)
  assert.ok(certificate.checkHost('pillion.example'))
  assert.ok(certificate.checkIP('127.0.0.1'))
  assert.ok(certificate.checkIP('::1'))
  assert.equal(certificate.checkHost('elsewhere.example'), undefined)
})

test('goes on after loading what it was saved as', async () => {
  const loaded = await CertificateAuthority.load({ certificatePem, privateKeyPem })
  assert.equal(loaded.certificatePem, certificatePem)
  await handshake(await loaded.issueClient({ role: 'partner', name: uid }))
})

test('refuses to load a key that does not belong to the certificate, or a certificate that is no authority', async () => {
  const other = await CertificateAuthority.create()
  await assert.rejects(
    CertificateAuthority.load({ certificatePem, privateKeyPem: other.privateKeyPem }),
    /does not belong/,
  )
  await assert.rejects(CertificateAuthority.load(server), /not an authority's/)
})

test('issues nothing that outlives the authority', async () => {
  const { authority: old } = await CertificateAuthority.create({ now: Date.now() - 3_640 * day })
  const { certificatePem } = await old.issueClient({ role: 'partner', name: uid })
  const end = (pem: string) => new X509Certificate(pem).validToDate.getTime()
  assert.equal(end(certificatePem), end(old.certificatePem))
})

test('gives every certificate another serial number and key', async () => {
  const [first, second] = await Promise.all(
    [1, 2].map(() => authority.issueClient({ role: 'partner', name: uid })),
  )
  assert.ok(first && second)
  assert.notEqual(first.privateKeyPem, second.privateKeyPem)
  const serial = ({ certificatePem }: IssuedCertificate) => new X509Certificate(certificatePem).serialNumber
  assert.notEqual(serial(first), serial(second))
})
