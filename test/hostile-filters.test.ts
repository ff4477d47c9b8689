import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { limits } from '@pillion/schema'
import type { RawMqttClient } from '@pillion/testkit'
import { assertUnmoved, burstSeconds, describe as inWords } from './support/figures.ts'
import { ping, publishPacket, signIn, subscribePacket } from './support/load/sign-in.ts'
import { Overload } from './support/overload.ts'

const filtersAsked = 10_000

const overload = await Overload.start('open')
after(() => overload.close())

describe('10,000 filters from one connection', () => {
  const limit = limits.subscriptionsPerConnectionMax
  const filters = Array.from({ length: filtersAsked }, (_, index) => `filters/${index}/+/#`)
  const rows = [
    { version: 5, refusal: reasonCodes.QUOTA_EXCEEDED },
    { version: 4, refusal: 0x80 },
  ] as const

  for (const { version, refusal } of rows) {
    test(`MQTT ${version}, in forty SUBSCRIBEs: those beyond the limit are refused with ${refusal}, the rest holds`, async (t) => {
      await overload.patiently(t, async () => {
        const client = await signIn({ port: overload.pillion.ports.mqtt, protocolVersion: version })
        const measured = await overload.measure(async () => {
          const codes: number[] = []
          for (let from = 0; from < filtersAsked; from += 250)
            codes.push(...(await subscribe(client, filters.slice(from, from + 250))))
          return codes
        }, burstSeconds)
        await overload.settle(measured, 0)
        t.diagnostic(inWords(measured))
        assert.deepEqual(measured.result, [
          ...Array(limit).fill(0),
          ...Array(filtersAsked - limit).fill(refusal),
        ])
        await assertHolds(client, `filters/${limit - 1}/x/y`)
        client.destroy()
        assertUnmoved(measured)
      })
    })

    test(`MQTT ${version}, in one SUBSCRIBE: as many are granted as one packet may bring`, async (t) => {
      await overload.patiently(t, async () => {
        const client = await signIn({ port: overload.pillion.ports.mqtt, protocolVersion: version })
        const measured = await overload.measure(() => subscribe(client, filters), burstSeconds)
        await overload.settle(measured, 0)
        t.diagnostic(inWords(measured))
        const granted = measured.result.filter((code) => code === 0).length
        assert.equal(granted, limits.filtersPerSubscribeMax)
        assert.deepEqual(measured.result.slice(granted), Array(filtersAsked - granted).fill(refusal))
        await assertHolds(client, `filters/${granted - 1}/x/y`)
        client.destroy()
        assertUnmoved(measured)
      })
    })
  }

  test('which are too deep or too long are refused one by one', async () => {
    const levels = (count: number) => Array(count).fill('+').join('/')
    for (const { version } of rows) {
      const client = await signIn({ port: overload.pillion.ports.mqtt, protocolVersion: version })
      const asked = [levels(limits.topicLevelsMax), levels(limits.topicLevelsMax + 1), 'x'.repeat(65_535)]
      const [deepest, ...refused] = await subscribe(client, asked)
      assert.equal(deepest, 0)
      const expected = version === 5 ? [reasonCodes.QUOTA_EXCEEDED, reasonCodes.TOPIC_FILTER_INVALID] : [0x80]
      for (const code of refused) assert.ok(expected.includes(code as never), `${code}`)
      await ping(client)
      client.destroy()
    }
  })
})

async function subscribe(client: RawMqttClient, topicFilters: readonly string[]): Promise<readonly number[]> {
  client.send(subscribePacket(1, topicFilters))
  return (await client.receive('suback')).reasonCodes
}

/** Still connected, and getting what it was granted. */
async function assertHolds(client: RawMqttClient, topicName: string): Promise<void> {
  client.send(publishPacket(topicName, new Uint8Array()))
  assert.equal((await client.receive('publish')).topicName, topicName)
  await ping(client)
}
