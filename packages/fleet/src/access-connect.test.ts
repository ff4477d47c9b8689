import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Credentials } from '@pillion/broker'
import { otherUid, peerCertificate, seedFleet, uid, vin } from './fleet.fixture.ts'

const seeded = await seedFleet()
after(() => seeded[Symbol.asyncDispose]())
const { partnerPassword, vehiclePassword } = seeded

const partnerCertificate = peerCertificate(uid, [`pillion:partner:${uid}`])
const otherCertificate = peerCertificate(otherUid, [`pillion:partner:${otherUid}`])
const vehicleCertificate = peerCertificate(vin, [`pillion:vehicle:${vin}`])

type Offer = Omit<Partial<Credentials>, 'password'> & { password?: string }

async function connect({ password, ...offer }: Offer): Promise<string> {
  const decision = await seeded.access.connect({
    clientId: 'c',
    username: undefined,
    password: password === undefined ? undefined : Buffer.from(password),
    certificate: undefined,
    protocolVersion: 4,
    listener: 'mqtts',
    remoteAddress: '127.0.0.1',
    ...offer,
  })
  return 'refused' in decision
    ? `0x${decision.refused.toString(16)} ${decision.reason}`
    : decision.identity.key
}

const listener = 'partners'
const username = uid
const password = partnerPassword
const certificate = partnerCertificate

// The table of W 2.2, row by row, then what follows from it.
const offers: [string, Offer, string][] = [
  ['no certificate on the partner listener', { listener, username, password }, '0x87 certificate_missing'],
  ['a wrong password', { listener, certificate, username, password: 'wrong' }, '0x86 password_wrong'],
  ['an empty password', { listener, certificate, username, password: '' }, '0x86 password_wrong'],
  ['no password', { listener, certificate, username }, '0x86 credentials_missing'],
  ['no user name', { listener, certificate, password }, '0x86 credentials_missing'],
  ['neither', { listener, certificate }, '0x86 credentials_missing'],
  ['an unknown user name', { listener, certificate, username: 'NOBODY', password }, '0x86 username_unknown'],
  [
    'a user name that nobody can have',
    { listener, certificate, username: '§'.repeat(1_000), password },
    '0x86 username_unknown',
  ],
  [
    'a user name in other case',
    { listener, certificate, username: uid.toLowerCase(), password },
    '0x86 username_unknown',
  ],
  [
    'the certificate of another UID',
    { listener, certificate: otherCertificate, username, password },
    '0x87 certificate_of_other_identity',
  ],
  ['all that matches', { listener, certificate, username, password }, `partner:${uid}`],
  [
    'a vehicle credential',
    { listener, certificate: vehicleCertificate, username: vin, password: vehiclePassword },
    `vehicle:${vin}`,
  ],
  ['a vehicle certificate alone', { listener, certificate: vehicleCertificate }, `vehicle:${vin}`],
  // A vehicle certificate is no key to a partner's account, nor the other way round.
  [
    "a vehicle certificate and a partner's password",
    { listener, certificate: vehicleCertificate, username, password },
    '0x87 certificate_of_other_identity',
  ],
  [
    "a partner certificate and a vehicle's password",
    { listener, certificate, username: vin, password: vehiclePassword },
    '0x87 certificate_of_other_identity',
  ],
  [
    'a vehicle certificate and no password for another user name',
    { certificate: vehicleCertificate, username },
    '0x86 credentials_missing',
  ],
  [
    'a vehicle certificate and its own user name',
    { certificate: vehicleCertificate, username: vin },
    `vehicle:${vin}`,
  ],
  [
    'a vehicle certificate and a wrong password',
    { certificate: vehicleCertificate, username: vin, password },
    '0x86 password_wrong',
  ],
  [
    'the certificate of a vehicle that is no more',
    { certificate: peerCertificate(undefined, ['pillion:vehicle:VF399999999999999']) },
    '0x87 certificate_of_unknown_vehicle',
  ],
  // Authorities an operator brought name by common name only.
  [
    'a foreign certificate with the right common name',
    { listener, certificate: peerCertificate(uid), username, password },
    `partner:${uid}`,
  ],
  [
    'a foreign certificate with another common name',
    { listener, certificate: peerCertificate(otherUid), username, password },
    '0x87 certificate_of_other_identity',
  ],
  [
    'a foreign certificate without a name',
    { listener, certificate: peerCertificate(undefined), username, password },
    '0x87 certificate_of_other_identity',
  ],
  [
    'the right common name, but the URI of another',
    { listener, certificate: peerCertificate(uid, [`pillion:partner:${otherUid}`]), username, password },
    '0x87 certificate_of_other_identity',
  ],
  [
    'the right name in the wrong role',
    { listener, certificate: peerCertificate(uid, [`pillion:vehicle:${uid}`]), username, password },
    '0x87 certificate_of_other_identity',
  ],
  ['a foreign vehicle certificate alone', { certificate: peerCertificate(vin) }, `vehicle:${vin}`],
  [
    "a foreign certificate with a partner's name alone",
    { certificate: peerCertificate(uid) },
    '0x86 credentials_missing',
  ],
  // Elsewhere the certificate is optional, but never wrong.
  ['a partner without certificate on another listener', { username, password }, `partner:${uid}`],
  [
    'a partner with a foreign certificate on another listener',
    { certificate: otherCertificate, username, password },
    '0x87 certificate_of_other_identity',
  ],
  ['a vehicle by password', { username: vin, password: vehiclePassword }, `vehicle:${vin}`],
  ["a vehicle by a partner's password", { username: vin, password }, '0x86 password_wrong'],
  ['nothing at all', {}, '0x86 credentials_missing'],
]

for (const [name, offer, expected] of offers) {
  test(`answers ${name} with ${expected} (W 2.2)`, async () => {
    assert.equal(await connect(offer), expected)
  })
}

test('says the same on the wire whether the name or the password is wrong', async () => {
  const common = { clientId: 'c', certificate: undefined, protocolVersion: 5, listener: 'mqtt' } as const
  const wrong = { ...common, remoteAddress: '::1', password: Buffer.from('wrong') }
  const decisions = await Promise.all(
    [uid, vin, 'NOBODY'].map((username) => seeded.access.connect({ ...wrong, username })),
  )
  const wire = decisions.map((decision) => 'refused' in decision && [decision.refused, decision.text])
  assert.deepEqual(wire, [wire[0], wire[0], wire[0]])
  assert.ok(wire[0])
})
