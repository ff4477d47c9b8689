import 'reflect-metadata'
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import * as x509 from '@peculiar/x509'
import type { Identity, PeerCertificate } from '@pillion/broker'
import { FleetAccess } from './access.ts'
import { CertificateAuthority } from './certificate-authority.ts'
import { CredentialEnds } from './credential-ends.ts'
import { seedFleet, uid, vin } from './fleet.fixture.ts'
import { Fleet } from './fleet.ts'

const DAY = 86_400

/** A fleet, and who of those that signed in is still connected; the clock is the test's. */
async function open(t: TestContext) {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.UTC(2026, 0, 31) })
  const { store, authority, ...seeded } = await seedFleet()
  const fleet = new Fleet({ store, authority })
  const ends = new CredentialEnds()
  const connected = new Map<string, Identity>()
  const told: string[] = []
  ends.open((isConcerned, text) => {
    for (const [name, identity] of connected) {
      if (!isConcerned(identity)) continue
      connected.delete(name)
      told.push(text)
    }
  })
  fleet.onChange(({ ended }) => ended && ends.add(ended))
  t.after(async () => {
    ends.close()
    await seeded[Symbol.asyncDispose]()
  })
  const access = new FleetAccess({ fleet, store, ends })
  /** As a connection of that name; the reason if it is refused. */
  const connect = async (
    name: string,
    { username = uid, ...offer }: { username?: string; password?: string; certificate?: PeerCertificate },
  ): Promise<string> => {
    const decision = await access.connect({
      clientId: name,
      username,
      password: offer.password === undefined ? undefined : Buffer.from(offer.password),
      certificate: offer.certificate,
      protocolVersion: 5,
      listener: 'mqtts',
      remoteAddress: '127.0.0.1',
    })
    if ('refused' in decision) return decision.reason
    connected.set(name, decision.identity)
    return 'connected'
  }
  const tick = (seconds: number) => t.mock.timers.tick(seconds * 1_000)
  return { ...seeded, store, authority, fleet, ends, access, connected, told, connect, tick }
}

test('a replaced password and certificate work beside the new ones until the overlap is over, then their connections end', async (t) => {
  const { fleet, partnerPassword, connected, told, connect, tick } = await open(t)
  const { certificatePem } = await fleet.addPartner({ uid: 'P' })
  const first = readPem(certificatePem)
  const rotated = await fleet.credentials.rotate('partner', uid, { certificate: true })
  const second = readPem(rotated.certificatePem)
  assert.equal(await connect('old', { password: partnerPassword }), 'connected')
  assert.equal(await connect('new', { password: rotated.password, certificate: second }), 'connected')
  const third = await fleet.credentials.rotate('partner', uid, { overlapSeconds: 60, certificate: true })
  // Only the password just before goes on working.
  assert.deepEqual([...connected.keys()], ['new'])
  assert.equal(await connect('old', { password: partnerPassword }), 'password_wrong')
  assert.equal(await connect('both', { password: third.password, certificate: second }), 'connected')
  assert.equal(
    await connect('newest', { password: third.password, certificate: readPem(third.certificatePem) }),
    'connected',
  )
  tick(59)
  assert.deepEqual([...connected.keys()], ['new', 'both', 'newest'])
  assert.equal(await connect('again', { password: rotated.password, certificate: second }), 'connected')
  tick(1)
  assert.deepEqual([...connected.keys()], ['newest'])
  assert.equal(await connect('new', { password: rotated.password }), 'password_wrong')
  assert.equal(
    await connect('both', { password: third.password, certificate: second }),
    'certificate_revoked',
  )
  tick(DAY)
  assert.deepEqual([...connected.keys()], ['newest'])
  assert.match(told.join(), /password .*certificate /)
  assert.equal((await fleet.verifyPartner('P', first))?.uid, 'P')
})

test('without an overlap what was before ends at once', async (t) => {
  const { fleet, vehiclePassword, connected, connect } = await open(t)
  await connect('vehicle', { username: vin, password: vehiclePassword })
  const { password, certificatePem } = await fleet.credentials.rotate('vehicle', vin, {
    overlapSeconds: 0,
    certificate: false,
  })
  assert.equal(certificatePem, undefined)
  assert.deepEqual([...connected.keys()], [])
  assert.equal(await connect('vehicle', { username: vin, password: vehiclePassword }), 'password_wrong')
  assert.equal(await connect('vehicle', { username: vin, password }), 'connected')
})

test('a revoked certificate is refused everywhere, and only who signed in with it is disconnected', async (t) => {
  const { fleet, connected, connect } = await open(t)
  const { password, certificatePem } = await fleet.addPartner({ uid: 'P' })
  const one = readPem(certificatePem)
  const other = readPem(
    (await fleet.credentials.rotate('partner', 'P', { certificate: true })).certificatePem,
  )
  await connect('one', { username: 'P', password, certificate: one })
  await connect('other', { username: 'P', password, certificate: other })
  const revoked = {
    what: 'certificate',
    fingerprint: one.fingerprint.toUpperCase().replace(/..(?=.)/g, '$&:'),
  } as const
  const concerned = await fleet.credentials.findConcerned('partner', 'P', revoked)
  assert.deepEqual(concerned, [`certificate:${one.fingerprint}`])
  assert.deepEqual([...connected.keys()], ['one', 'other'], 'a trial ends nothing')
  await fleet.credentials.revoke('partner', 'P', revoked)
  assert.deepEqual([...connected.keys()], ['other'])
  assert.equal(await connect('one', { username: 'P', password, certificate: one }), 'certificate_revoked')
  assert.equal(await fleet.verifyPartner('P', one), undefined, 'nor over HTTP (W 12)')
  assert.equal((await fleet.verifyPartner('P', other))?.uid, 'P')
  assert.equal(await connect('plain', { username: 'P', password }), 'connected')
})

test('a revoked password leaves a head unit that signed in with its certificate connected', async (t) => {
  const { fleet, connected, connect } = await open(t)
  const [issued] = await fleet.addVehicles(['V'.repeat(17)], { certificates: true })
  const username = issued?.vin ?? ''
  const certificate = readPem(issued?.certificatePem)
  await connect('password', { username, password: issued?.password ?? '' })
  await connect('certificate', { username, certificate })
  await fleet.credentials.revoke('vehicle', username, { what: 'password' })
  assert.deepEqual([...connected.keys()], ['certificate'])
  assert.equal(await connect('password', { username, password: issued?.password ?? '' }), 'password_wrong')
  await fleet.credentials.revoke('vehicle', username, { what: 'everything' })
  assert.deepEqual([...connected.keys()], [])
  assert.equal(await connect('certificate', { username, certificate }), 'certificate_revoked')
  const { password } = await fleet.credentials.rotate('vehicle', username, { certificate: false })
  assert.equal(await connect('new', { username, password }), 'connected')
})

test('a certificate that was issued before there was a list is valid until it is revoked, by its fingerprint or with all', async (t) => {
  const { fleet, authority, store, partnerPassword: password, connected, connect, tick } = await open(t)
  const issue = async () => {
    const { certificatePem } = await authority.issueClient({ role: 'partner', name: uid, now: Date.now() })
    return readPem(certificatePem)
  }
  const [seen, named, unseen] = [await issue(), await issue(), await issue()]
  assert.equal(await connect('seen', { password, certificate: seen }), 'connected')
  const listed = (await fleet.credentials.listCertificates('partner', uid)).find(
    ({ fingerprint }) => fingerprint === seen.fingerprint,
  )
  assert.equal(listed?.serialNumber, seen.serialNumber)
  await fleet.credentials.revoke('partner', uid, { what: 'certificate', fingerprint: named.fingerprint })
  assert.equal(await connect('named', { password, certificate: named }), 'certificate_revoked')
  assert.deepEqual([...connected.keys()], ['seen'])
  tick(60)
  await fleet.credentials.revoke('partner', uid, { what: 'certificate' })
  assert.deepEqual([...connected.keys()], [])
  assert.equal(await connect('unseen', { password, certificate: unseen }), 'certificate_revoked')
  assert.equal((await store.certificates.findCertificates([unseen.fingerprint])).length, 1)
  tick(2 * 3_600)
  assert.equal(await connect('later', { password, certificate: await issue() }), 'connected')
})

test('what ends while it is being checked lets nobody in', async (t) => {
  const { fleet, store, access, partnerPassword: password } = await open(t)
  const { identities } = store
  const find = identities.findIdentity.bind(identities)
  t.mock.method(identities, 'findIdentity', async (name: string) => {
    const found = await find(name)
    t.mock.restoreAll()
    await fleet.credentials.revoke('partner', uid, { what: 'password' })
    return found
  })
  const decision = await access.connect({
    clientId: 'c',
    username: uid,
    password: Buffer.from(password),
    certificate: undefined,
    protocolVersion: 5,
    listener: 'mqtts',
    remoteAddress: '127.0.0.1',
  })
  assert.equal('refused' in decision && decision.reason, 'credentials_ended')
})

test('what ended unheard is found by looking at who is connected', async (t) => {
  const { fleet, store, authority, partnerPassword, vehiclePassword, connected, connect, ends } =
    await open(t)
  await connect('partner', { password: partnerPassword })
  await connect('vehicle', { username: vin, password: vehiclePassword })
  const { password, certificatePem } = await fleet.addPartner({ uid: 'P' })
  await connect('certificate', { username: 'P', password, certificate: readPem(certificatePem) })
  await connect('kept', { username: 'P', password })
  const elsewhere = new Fleet({ store, authority })
  await elsewhere.credentials.rotate('partner', uid, { overlapSeconds: 0, certificate: false })
  await elsewhere.removeVehicle(vin)
  await elsewhere.credentials.revoke('partner', 'P', { what: 'certificate' })
  assert.equal(connected.size, 4)
  ends.add(await fleet.credentials.findEnds([...connected.values()]))
  assert.deepEqual([...connected.keys()], ['kept'])
})

test('a removed partner is gone with its apps, and what it had is no good under its name later', async (t) => {
  const { fleet, partnerPassword: password, connected, connect } = await open(t)
  const { certificatePem } = await fleet.credentials.rotate('partner', uid, { certificate: true })
  const certificate = readPem(certificatePem)
  await connect('partner', { password, certificate })
  const removed = await fleet.removePartner(uid)
  assert.deepEqual([removed.idApps, removed.vins], [['news'], [vin]])
  assert.deepEqual([...connected.keys()], [])
  assert.equal(await connect('partner', { password, certificate }), 'username_unknown')
  assert.deepEqual(await fleet.listVehicleApps(vin), [])
  const again = await fleet.addPartner({ uid })
  assert.equal(await connect('partner', { password: again.password, certificate }), 'certificate_revoked')
  assert.equal(await connect('partner', { password: again.password }), 'connected')
})

test('the revocation list names what has ended early, is signed, and grows in number (RFC 5280)', async (t) => {
  const { fleet, authority, tick } = await open(t)
  const { certificatePem: strangerPem } = await CertificateAuthority.create()
  const { certificatePem } = await fleet.addPartner({ uid: 'P' })
  const certificate = readPem(certificatePem)
  await fleet.credentials.rotate('partner', 'P', { overlapSeconds: 60, certificate: true })
  const before = new x509.X509Crl(Buffer.from(await fleet.credentials.createRevocationList()))
  assert.deepEqual(before.entries, [])
  tick(60)
  const list = new x509.X509Crl(Buffer.from(await fleet.credentials.createRevocationList()))
  assert.deepEqual(
    list.entries.map(({ serialNumber }) => serialNumber.toLowerCase()),
    [certificate.serialNumber],
  )
  assert.equal(list.nextUpdate?.getTime(), Date.now() + 7 * DAY * 1_000)
  const numberOf = (crl: x509.X509Crl) =>
    BigInt(`0x${Buffer.from(crl.getExtension('2.5.29.20')?.value ?? new ArrayBuffer()).toString('hex', 2)}`)
  assert.equal(numberOf(list) - numberOf(before), 60n)
  const isSignedBy = (pem: string) => list.verify({ publicKey: new x509.X509Certificate(pem).publicKey })
  assert.equal(await isSignedBy(authority.certificatePem), true)
  assert.equal(await isSignedBy(strangerPem), false)
})

function readPem(pem = ''): PeerCertificate {
  const certificate = new X509Certificate(pem)
  return {
    commonName: /^CN=(.*)$/m.exec(certificate.subject)?.[1],
    uris: [(certificate.subjectAltName ?? '').replace('URI:', '')],
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    serialNumber: certificate.serialNumber.toLowerCase(),
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  }
}
