import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CertificateAuthority } from '@pillion/fleet'
import { PartnerClient, readPartnerConfig } from '@pillion/partner'
import { type FakeApp, type FakeVehicle, waitUntil } from '@pillion/testkit'
import { drive, echo } from './support/drive.ts'
import { Peer, readTls } from './support/peer.ts'
import { openScene, root, type Scene, vins } from './support/scene.ts'

/** Something that goes wrong, and where it must be told. */
interface Case {
  readonly what: string
  act(): Promise<unknown>
  /** Counter of `pillion status --json` that grows by one. */
  readonly counter?: string
  /** Reason by which the head unit drops one message more. */
  readonly drop?: string
  /** In the server's log. */
  readonly logged?: RegExp
}

describe('what is refused or dropped is told by reason, and touches nobody else', () => {
  let scene: Scene
  let vehicle: FakeVehicle
  let app: FakeApp
  let acme: Peer
  let bystander: Bystander
  let countersBefore: Record<string, number>
  let good = 0

  before(async () => {
    scene = await openScene()
    vehicle = await drive(scene.pillion, scene.car)
    app = await vehicle.open('parking')
    acme = await Peer.partner(scene, scene.acme)
    bystander = await Bystander.start(scene)
    countersBefore = await scene.pillion.counters()
  })
  after(async () => {
    await bystander?.stop()
    await acme?.close()
    vehicle?.close()
    await scene?.pillion.stop()
  })

  const topic = `${root}/to/uid/acme/opa/${vins.car}/`
  const refusedSignIn = async (signIn: object) => {
    const { connack } = await Peer.trySignIn(scene, { listener: 'partners', username: 'acme', ...signIn })
    assert.notEqual(connack.reasonCode, 0)
  }
  const send = (payload: unknown) =>
    acme.publish(topic, typeof payload === 'string' ? payload : JSON.stringify(payload))

  const cases: readonly Case[] = [
    {
      what: 'a wrong password (W 2.2)',
      act: async () => refusedSignIn({ tls: await readTls(scene.acme), password: 'wrong' }),
      counter: 'refused_connect_password_wrong',
      logged: /"username":"acme","reason":"password_wrong"/,
    },
    {
      what: 'a certificate of another UID (W 2.2)',
      act: async () => refusedSignIn({ tls: await readTls(scene.rival), password: scene.acme.password }),
      counter: 'refused_connect_certificate_of_other_identity',
      logged: /"username":"acme","reason":"certificate_of_other_identity"/,
    },
    {
      what: 'a certificate of a foreign authority (W 2.2)',
      act: async () => {
        const { authority } = await CertificateAuthority.create({ commonName: 'Foreign authority' })
        const { certificatePem: cert, privateKeyPem: key } = await authority.issueClient({
          role: 'partner',
          name: 'acme',
        })
        const { ca } = await readTls(scene.acme)
        await assert.rejects(refusedSignIn({ tls: { ca, cert, key }, password: scene.acme.password }))
      },
      counter: 'refused_connect_tls_handshake',
      logged: /"listener":"partners".*UNABLE_TO_VERIFY_LEAF_SIGNATURE.*"TLS handshake failed"/,
    },
    {
      what: 'the topic of another UID (W 2.7)',
      act: () => acme.publish(topic.replace('acme', 'rival'), '{"idApp":"weather"}'),
      counter: 'dropped_uid_foreign',
      logged: /"name":"acme".*"topic":"[^"]*\/uid\/rival\/[^"]*","reason":"uid_foreign"/,
    },
    {
      what: 'a malformed VIN (W 2.7)',
      act: () => acme.publish(topic.replace(vins.car, 'VF77777777777777'), '{"idApp":"parking"}'),
      counter: 'dropped_vin_malformed',
      logged: /"name":"acme".*"topic":"[^"]*VF77777777777777[^"]*","reason":"vin_malformed"/,
    },
    {
      what: 'a vehicle without an app of the partner (W 2.7)',
      act: () => acme.publish(topic.replace(vins.car, vins.trailer), '{"idApp":"parking"}'),
      counter: 'dropped_vehicle_not_subscribed',
      logged: /"name":"acme".*"topic":"[^"]*0123456789ABCDEFG[^"]*","reason":"vehicle_not_subscribed"/,
    },
    {
      what: 'a payload above the limit (W 2.9)',
      act: () => send('x'.repeat(131_073)),
      counter: 'dropped_payload_too_large',
      logged: /"name":"acme".*"reason":"payload_too_large"/,
    },
    { what: 'a payload that is not JSON (W 3.2)', act: () => send('{"idApp":'), drop: 'payload_not_json' },
    {
      what: 'a payload that is not an object (W 3.2)',
      act: () => send('["parking"]'),
      drop: 'payload_not_object',
    },
    { what: 'no idApp (W 3.1)', act: () => send({ popup: false, content: 1 }), drop: 'id_app_malformed' },
    { what: 'an unknown idApp (W 3.1)', act: () => send({ idApp: 'chess' }), drop: 'id_app_unknown' },
    {
      what: 'an app of another partner (W 3.1)',
      act: () => send({ idApp: 'weather' }),
      drop: 'app_of_other_partner',
    },
    {
      what: 'a popup flag that is none (W 3.1)',
      act: () => send({ idApp: 'parking', popup: 1 }),
      drop: 'popup_malformed',
    },
    {
      what: 'a popup without a text (W 3.2)',
      act: () => send({ idApp: 'parking', popup: true }),
      drop: 'popup_text_malformed',
    },
  ]

  for (const { what, act, counter, drop, logged } of cases) {
    test(`${what}: ${counter ?? drop ?? 'logged'}`, async () => {
      const dropsBefore = { ...vehicle.host.view.drops }
      const receivedBefore = app.received.length
      await act()
      // On the same connection, so the head unit has judged the bad one by the time it has this.
      await send({ idApp: 'parking', popup: false, content: ++good })
      await waitUntil('the good message', () => app.received.length > receivedBefore)
      assert.deepEqual(
        app.received.slice(receivedBefore).map(({ content }) => content),
        [good],
      )
      const drops = drop === undefined ? {} : { [drop]: (dropsBefore[drop] ?? 0) + 1 }
      assert.deepEqual(vehicle.host.view.drops, { ...dropsBefore, ...drops })
      assert.equal(vehicle.host.view.popup, undefined)
      if (drop !== undefined) {
        const entry = vehicle.log.findLast(({ kind }) => kind === 'dropped')
        assert.equal(entry?.reason, drop)
        assert.ok(entry?.text)
      }
      if (logged) await scene.pillion.logged(logged)
      await bystander.goesOn()
    })
  }

  test('each was counted once, under its reason', async () => {
    const counters = await scene.pillion.counters()
    for (const { counter } of cases) {
      if (counter) assert.equal(counters[counter], (countersBefore[counter] ?? 0) + 1, counter)
    }
  })

  test('meanwhile the bystander lost nothing and never had to reconnect', () => {
    assert.deepEqual(bystander.states, ['connecting', 'connected'])
    assert.equal(bystander.error, undefined)
  })
})

/** Another partner and another vehicle, which talk without a pause: each answer must be the one to the last question. */
class Bystander {
  readonly states: string[] = []
  error: unknown
  #rounds = 0
  #stopped = false
  readonly #client: PartnerClient
  readonly #vehicle: FakeVehicle
  readonly #talk: Promise<void>

  private constructor(client: PartnerClient, vehicle: FakeVehicle) {
    this.#client = client
    this.#vehicle = vehicle
    client.on('state', ({ state }) => this.states.push(state))
    this.#talk = this.#run().catch((error) => {
      this.error = error
    })
  }

  static async start(scene: Scene): Promise<Bystander> {
    const vehicle = await drive(scene.pillion, scene.van, { weather: echo })
    await vehicle.open('weather')
    return new Bystander(new PartnerClient(readPartnerConfig(`${scene.rival.folder}/config.json`)), vehicle)
  }

  /** Resolves when a question asked from now on was answered. */
  async goesOn(): Promise<void> {
    const rounds = this.#rounds + 2
    await waitUntil(`the bystander to go on (${this.error})`, () => this.#rounds >= rounds)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#talk
    await this.#client.close()
    this.#vehicle.close()
  }

  async #run(): Promise<void> {
    await this.#client.connect()
    const answers = this.#client.messages()
    while (!this.#stopped) {
      await this.#client.send(vins.van, 'weather', this.#rounds)
      const { value } = await answers.next()
      assert.equal(value?.content, this.#rounds)
      this.#rounds += 1
      await sleep(2)
    }
  }
}
