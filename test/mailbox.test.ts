import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { parseMailboxPortion, popupActions, vehicleMailboxTopic } from '@pillion/schema'
import type { FakeVehicle } from '@pillion/testkit'
import { waitUntil } from '@pillion/testkit'
import { nodesInTests } from '../apps/server/src/nodes/deployment.fixture.ts'
import { drive } from './support/drive.ts'
import { Peer } from './support/peer.ts'
import { poll } from './support/poll.ts'
import { openScene, root, type Scene, vins } from './support/scene.ts'

/** Popups are of no use later than this. A busy machine must send one and connect within it. */
const popupSeconds = 6
const patienceMilliseconds = 30_000

describe('messages for a vehicle whose head unit is not connected (W 9.3)', () => {
  let scene: Scene
  let acme: Peer
  let rival: Peer
  before(async () => {
    scene = await openScene({ PILLION_LIMITS__MAILBOXPOPUPSECONDS: String(popupSeconds) })
    await signIn()
  })
  after(async () => {
    for (const peer of [acme, rival]) await peer?.close()
    await scene?.pillion.stop()
  })

  async function signIn(): Promise<void> {
    acme = await Peer.partner(scene, scene.acme)
    rival = await Peer.partner(scene, scene.rival)
  }

  const send = (partner: Peer, idApp: string, fields: object, subtopic = '') => {
    const uid = partner === acme ? 'acme' : 'rival'
    return partner.publish(
      `${root}/to/uid/${uid}/opa/${vins.car}/${subtopic}`,
      JSON.stringify({ idApp, ...fields }),
    )
  }

  const readMetric = (name: string) => scene.pillion.metric(name)

  async function onDisk(messages: number): Promise<void> {
    assert.equal(await readMetric('pillion_messages_kept_total'), messages)
    const waiting = () => readMetric('pillion_mailbox_waiting')
    assert.equal(await poll(waiting, (count) => count === 0, patienceMilliseconds), 0)
  }

  test('of 12 the last 10 are there after kill -9, in order, once, and no popup is shown late', async () => {
    for (let n = 1; n <= 12; n++)
      assert.equal(await send(acme, 'parking', { content: n }), 0, 'somebody has it')
    const popup = { popup: true, popupText: 'Rain!' }
    await send(rival, 'weather', { content: 'sun' }, 'today')
    await send(rival, 'weather', { ...popup, content: 'too late' })
    await onDisk(14)
    assert.equal(await readMetric('pillion_dropped_total{reason="mailbox_overflow"}'), 2)
    assert.equal(await readMetric('pillion_dropped_total{reason="no_receiver"}'), 0)

    await scene.pillion.kill()
    await scene.pillion.restart()
    await signIn()
    const expired = () => readMetric('pillion_dropped_total{reason="mailbox_expired"}')
    assert.equal(await poll(expired, (count) => count > 0, patienceMilliseconds), 1)
    await send(rival, 'weather', { ...popup, content: 'late', receipt: 'r' })
    await rival.subscribe(`${root}/from/uid/rival/opa/#`)

    const vehicle = await drive(scene.pillion, scene.car)
    await assertHandedOver(vehicle)
    const receipts = await poll(
      () => rival.receivedTexts(),
      (texts) => texts.length > 0,
      patienceMilliseconds,
    )
    assert.deepEqual(receipts, ['{"receipt":"r","state":"dropped","idApp":"weather","reason":"popup_late"}'])
    await vehicle.close()

    const again = await drive(scene.pillion, scene.car)
    await send(acme, 'parking', { content: 'live' })
    await waitUntil('the live one', () => pendingOf(again, 'parking') > 0)
    assert.deepEqual([pendingOf(again, 'parking'), pendingOf(again, 'weather')], [1, 0])
    await again.close()
  })

  /** The app `parking` has not run yet: what was kept waits for it as if the head unit had been there (W 6.2, W 6.3 last row). */
  async function assertHandedOver(vehicle: FakeVehicle): Promise<void> {
    const shown: unknown[] = []
    vehicle.host.subscribe(({ popup }) => popup && shown.push(popup))
    await waitUntil(
      'the mail',
      () => pendingOf(vehicle, 'parking') === 10 && pendingOf(vehicle, 'weather') === 2,
    )
    const parking = await vehicle.open('parking')
    assert.deepEqual(
      parking.getPendingNotifications().map(({ content }) => content),
      [3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    )
    const weather = await vehicle.open('weather')
    assert.deepEqual(
      weather.getPendingNotifications().map(({ content, popupAction }) => [content, popupAction]),
      [
        ['sun', undefined],
        ['late', popupActions.timeout],
      ],
    )
    assert.deepEqual([parking.received, weather.received, shown], [[], [], []])
  }

  // Over several nodes what is kept may come behind what is not: it goes by way of the database (docs/guides/many-nodes.md).
  if (nodesInTests === 1) {
    test('nothing is lost, doubled or overtaken between the last that is kept and the first that is not (W 2.8)', async () => {
      let sent = 0
      let isOver = false
      const flood = async () => {
        while (!isOver) {
          const payload = Buffer.from(JSON.stringify({ idApp: 'parking', content: ++sent }))
          const topicName = `${root}/to/uid/acme/opa/${vins.car}/`
          acme.client.send({ type: 'publish', dup: false, retain: false, qos: 0, topicName, payload })
          await setImmediate()
        }
      }
      const flooding = flood()
      const mailbox = vehicleMailboxTopic(vins.car)
      try {
        for (let round = 0; round < 10; round++) {
          const before = sent
          await waitUntil('some to be kept', () => sent > before + 20)
          const car = await Peer.vehicle(scene, scene.car)
          await car.subscribe(`${root}/to/uid/+/opa/${vins.car}/#`, mailbox)
          const subscribedAt = sent
          await waitUntil('some to be sent', () => sent > subscribedAt + 40)
          const numbers: number[] = []
          for (const { topicName, payload } of await car.received()) {
            const text = Buffer.from(payload).toString()
            const kept = topicName === mailbox ? (parseMailboxPortion(text) ?? []) : []
            const payloads = topicName === mailbox ? kept.map((message) => message.payload) : [text]
            numbers.push(...payloads.map((each) => JSON.parse(each).content as number))
            const taken = kept.map(({ key }) => key)
            if (taken.length > 0) assert.equal(await car.publish(mailbox, JSON.stringify({ taken })), 0)
          }
          await car.close()
          const [first = 0] = numbers
          assert.ok(numbers.length > 10, `${numbers.length} in round ${round}`)
          assert.deepEqual(
            numbers,
            numbers.map((_, index) => first + index),
          )
        }
      } finally {
        isOver = true
        await flooding
      }
    })
  }
})

function pendingOf({ host }: FakeVehicle, idApp: string): number {
  return host.view.apps.find((app) => app.idApp === idApp)?.pending ?? 0
}
