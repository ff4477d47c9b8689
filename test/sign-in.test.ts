import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ConnectionOptions } from 'node:tls'
import { CertificateAuthority } from '@pillion/fleet'
import { Peer, readTls, type SignIn } from './support/peer.ts'
import { openScene, root, type Scene, vins } from './support/scene.ts'

const versions = [4, 5] as const

/** CONNACK codes by MQTT version (W 2.2). */
const ACCEPTED = { 4: 0, 5: 0 }
const BAD_USER_NAME_OR_PASSWORD = { 4: 4, 5: 0x86 }
const NOT_AUTHORIZED = { 4: 5, 5: 0x87 }

const SESSION_TAKEN_OVER = 0x8e

let scene: Scene
before(async () => {
  scene = await openScene()
})
after(() => scene?.pillion.stop())

/** What a CONNECT brings, what comes back, and the reason in counters and log. */
interface Row {
  readonly case: string
  readonly signIn: () => SignIn
  readonly answer: typeof ACCEPTED | 'no connection'
  readonly reason?: string
}

describe('signing in (W 2.2)', () => {
  const tls = {} as Record<'trust' | 'acme' | 'rival' | 'car' | 'stranger' | 'expired', ConnectionOptions>

  before(async () => {
    tls.acme = await readTls(scene.acme)
    tls.rival = await readTls(scene.rival)
    const { ca } = tls.acme
    const authority = await openAuthority()
    const ofTheCar = await authority.issueClient({ role: 'vehicle', name: vins.car })
    const longAgo = { days: 1, now: Date.now() - 7 * 86_400_000 }
    const expired = await authority.issueClient({ role: 'partner', name: 'acme', ...longAgo })
    // Another authority of the very same name, with another key.
    const { authority: stranger } = await CertificateAuthority.create({})
    const forged = await stranger.issueClient({ role: 'partner', name: 'acme' })
    tls.trust = { ca }
    tls.car = { ca, cert: ofTheCar.certificatePem, key: ofTheCar.privateKeyPem }
    tls.expired = { ca, cert: expired.certificatePem, key: expired.privateKeyPem }
    tls.stranger = { ca, cert: forged.certificatePem, key: forged.privateKeyPem }
  })

  const acme = () => ({ username: 'acme', password: scene.acme.password })
  const car = () => ({ username: vins.car, password: scene.car.password })
  const wrong = 'not the password'

  const rows: readonly Row[] = [
    {
      case: 'partner listener: certificate, login and password match',
      signIn: () => ({ listener: 'partners', tls: tls.acme, ...acme() }),
      answer: ACCEPTED,
    },
    {
      case: 'partner listener: no certificate',
      signIn: () => ({ listener: 'partners', tls: tls.trust, ...acme() }),
      answer: 'no connection',
    },
    {
      case: 'partner listener: certificate of another authority',
      signIn: () => ({ listener: 'partners', tls: tls.stranger, ...acme() }),
      answer: 'no connection',
    },
    {
      case: 'partner listener: certificate that has expired',
      signIn: () => ({ listener: 'partners', tls: tls.expired, ...acme() }),
      answer: 'no connection',
    },
    {
      case: 'partner listener: plain TCP',
      signIn: () => ({ listener: 'partners', ...acme() }),
      answer: 'no connection',
    },
    {
      case: 'partner listener: wrong password',
      signIn: () => ({ listener: 'partners', tls: tls.acme, ...acme(), password: wrong }),
      answer: BAD_USER_NAME_OR_PASSWORD,
      reason: 'password_wrong',
    },
    {
      case: 'partner listener: password of another UID',
      signIn: () => ({ listener: 'partners', tls: tls.acme, ...acme(), password: scene.rival.password }),
      answer: BAD_USER_NAME_OR_PASSWORD,
      reason: 'password_wrong',
    },
    {
      case: 'partner listener: login without a password',
      signIn: () => ({ listener: 'partners', tls: tls.acme, username: 'acme' }),
      answer: BAD_USER_NAME_OR_PASSWORD,
      reason: 'credentials_missing',
    },
    {
      case: 'partner listener: neither login nor password',
      signIn: () => ({ listener: 'partners', tls: tls.acme }),
      answer: BAD_USER_NAME_OR_PASSWORD,
      reason: 'credentials_missing',
    },
    {
      case: 'partner listener: unknown login',
      signIn: () => ({ listener: 'partners', tls: tls.acme, ...acme(), username: 'nobody' }),
      answer: BAD_USER_NAME_OR_PASSWORD,
      reason: 'username_unknown',
    },
    {
      case: 'partner listener: certificate of another UID',
      signIn: () => ({ listener: 'partners', tls: tls.rival, ...acme() }),
      answer: NOT_AUTHORIZED,
      reason: 'certificate_of_other_identity',
    },
    {
      case: 'partner listener: a vehicle with a partner’s certificate',
      signIn: () => ({ listener: 'partners', tls: tls.acme, ...car() }),
      answer: NOT_AUTHORIZED,
      reason: 'certificate_of_other_identity',
    },
    {
      case: 'partner listener: a partner with a vehicle’s certificate',
      signIn: () => ({ listener: 'partners', tls: tls.car, ...acme() }),
      answer: NOT_AUTHORIZED,
      reason: 'certificate_of_other_identity',
    },
    {
      case: 'TLS listener: a certificate of another UID is no help there either',
      signIn: () => ({ listener: 'mqtts', tls: tls.rival, ...acme() }),
      answer: NOT_AUTHORIZED,
      reason: 'certificate_of_other_identity',
    },
    {
      case: 'TLS listener: a certificate of another authority counts for nothing',
      signIn: () => ({ listener: 'mqtts', tls: tls.stranger, username: 'acme' }),
      answer: BAD_USER_NAME_OR_PASSWORD,
      reason: 'credentials_missing',
    },
    {
      case: 'TLS listener: a vehicle with its password',
      signIn: () => ({ listener: 'mqtts', tls: tls.trust, ...car() }),
      answer: ACCEPTED,
    },
    {
      case: 'TLS listener: a vehicle with its certificate alone',
      signIn: () => ({ listener: 'mqtts', tls: tls.car }),
      answer: ACCEPTED,
    },
    {
      case: 'plain listener: a vehicle with its password',
      signIn: () => ({ listener: 'mqtt', ...car() }),
      answer: ACCEPTED,
    },
    {
      case: 'plain listener: a vehicle with another vehicle’s password',
      signIn: () => ({ listener: 'mqtt', ...car(), password: scene.van.password }),
      answer: BAD_USER_NAME_OR_PASSWORD,
      reason: 'password_wrong',
    },
    {
      case: 'plain listener: nobody',
      signIn: () => ({ listener: 'mqtt' }),
      answer: BAD_USER_NAME_OR_PASSWORD,
      reason: 'credentials_missing',
    },
  ]

  for (const { case: name, signIn, answer, reason } of rows) {
    test(`${name}: ${describeAnswer(answer)}`, async () => {
      for (const protocolVersion of versions) {
        if (answer === 'no connection') {
          const attempt = Peer.trySignIn(scene, { ...signIn(), protocolVersion })
          await assert.rejects(attempt, ({ message }: Error) => !message.startsWith('No packet within'))
          continue
        }
        const { peer, connack } = await Peer.trySignIn(scene, { ...signIn(), protocolVersion })
        assert.equal(connack.reasonCode, answer[protocolVersion])
        // What is refused is closed; what is accepted can be used.
        if (answer === ACCEPTED) await peer.ping()
        else await peer.client.closed()
        await peer.close()
        if (reason !== undefined)
          await scene.pillion.logged(new RegExp(`"reason":"${reason}","msg":"sign-in refused`))
      }
    })
  }

  test('each refusal was counted with its reason; which of name and password was wrong is not told', async () => {
    const counters = await scene.pillion.counters()
    const reasons = rows.map(({ reason }) => reason).filter((reason) => reason !== undefined)
    for (const reason of new Set(reasons)) {
      const expected = versions.length * reasons.filter((each) => each === reason).length
      assert.equal(counters[`refused_connect_${reason}`], expected, reason)
    }
    const tell = async (signIn: SignIn) => {
      const { connack } = await Peer.trySignIn(scene, signIn)
      return connack
    }
    assert.deepEqual(
      await tell({ username: 'acme', password: wrong }),
      await tell({ username: 'nobody', password: wrong }),
    )
  })

  test('a vehicle that signed in by certificate alone has the role and the VIN of the certificate', async () => {
    const peer = await Peer.signedIn(scene, { listener: 'mqtts', tls: tls.car })
    const own = `${root}/to/uid/+/opa/${vins.car}/#`
    const codes = await peer.subscribe(own, own.replace(vins.car, vins.van), `${root}/to/uid/acme/opa/#`)
    assert.deepEqual(codes, [0, 0x87, 0x87])
    await peer.close()
  })

  test('a TLS handshake that fails is in the log', async () => {
    await scene.pillion.logged(/did not return a certificate.*"msg":"TLS handshake failed"/)
  })
})

describe('several connections of one identity (W 2.2)', () => {
  const filter = `${root}/from/uid/acme/opa/#`
  const up = `${root}/from/uid/acme/opa/${vins.car}/`

  for (const protocolVersion of versions) {
    test(`each gets its own copy (MQTT ${protocolVersion})`, async () => {
      const vehicle = await Peer.vehicle(scene, scene.car)
      const peers = await Promise.all(
        ['one', 'two', 'three'].map((clientId) =>
          Peer.partner(scene, scene.acme, { clientId, protocolVersion }),
        ),
      )
      for (const peer of peers) await peer.subscribe(filter)
      await vehicle.publish(up, '{"content":1}')
      for (const peer of peers) assert.deepEqual(await peer.receivedTexts(), ['{"content":1}'])
      for (const peer of [vehicle, ...peers]) await peer.close()
    })

    test(`a client id is taken over by the same identity only (MQTT ${protocolVersion})`, async () => {
      const clientId = 'shared'
      const first = await Peer.partner(scene, scene.acme, { clientId, protocolVersion })
      await first.subscribe(filter)
      const others = [
        await Peer.partner(scene, scene.rival, { clientId, protocolVersion }),
        await Peer.vehicle(scene, scene.car, { clientId, protocolVersion }),
        await Peer.vehicle(scene, scene.van, { clientId, protocolVersion }),
      ]
      await first.ping()
      const second = await Peer.partner(scene, scene.acme, { clientId, protocolVersion })
      if (protocolVersion === 5)
        assert.equal((await first.client.receive('disconnect')).reasonCode, SESSION_TAKEN_OVER)
      await first.client.closed()
      for (const other of others) await other.ping()
      // A clean start: what the first had subscribed to is not the second's.
      await others[1]?.publish(up, '{"content":2}')
      assert.deepEqual(await second.receivedTexts(), [])
      for (const peer of [second, ...others]) await peer.close()
    })
  }

  test('a vehicle has one: a new head unit of the VIN replaces the old, whatever its client id (W 1)', async () => {
    const first = await Peer.vehicle(scene, scene.car, { clientId: 'old' })
    const van = await Peer.vehicle(scene, scene.van, { clientId: 'old' })
    const second = await Peer.vehicle(scene, scene.car, { clientId: 'new', protocolVersion: 4 })
    assert.equal((await first.client.receive('disconnect')).reasonCode, SESSION_TAKEN_OVER)
    await first.client.closed()
    for (const peer of [van, second]) {
      await peer.ping()
      await peer.close()
    }
  })
})

/** The server's own authority; an operator can let it sign certificates for head units, too. */
async function openAuthority(): Promise<CertificateAuthority> {
  const read = (name: string) => readFile(join(scene.pillion.data, 'ca', name), 'utf8')
  const [certificatePem, privateKeyPem] = await Promise.all([
    read('certificate.pem'),
    read('private-key.pem'),
  ])
  return CertificateAuthority.load({ certificatePem, privateKeyPem })
}

function describeAnswer(answer: Row['answer']): string {
  if (answer === 'no connection') return 'no connection comes about'
  return `CONNACK ${answer[4]}, 0x${answer[5].toString(16).padStart(2, '0')} in MQTT 5`
}
