import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { limits } from '@pillion/schema'
import type { RawMqttClient } from '@pillion/testkit'
import { assertUnmoved, burstSeconds, describe as inWords } from './support/figures.ts'
import { ping, publishPacket, signIn, subscribePacket } from './support/load/sign-in.ts'
import { Overload } from './support/overload.ts'

const overload = await Overload.start('open')
after(() => overload.close())

describe('wildcards that make every topic name a search', () => {
  test('1,000 filters of 160 levels, and a publisher of names that walk them all: the bystander is unmoved', async (t) => {
    await overload.patiently(t, async () => {
      const port = overload.pillion.ports.mqtt
      const [owner, publisher] = await Promise.all([signIn({ port }), signIn({ port })])
      const filters = Array.from({ length: limits.subscriptionsPerConnectionMax }, (_, index) => deep(index))
      for (let from = 0; from < filters.length; from += 100)
        await subscribe(owner, filters.slice(from, from + 100))
      const measured = await overload.measure(async () => {
        for (let index = 0; index < 500; index++)
          publisher.send(
            publishPacket(
              `${Array(limits.topicLevelsMax - 1)
                .fill('a')
                .join('/')}/${index}`,
              new Uint8Array(),
            ),
          )
        await ping(publisher)
      }, burstSeconds)
      t.diagnostic(inWords(measured))
      const dropped = await overload.settle(measured, 500)
      assert.deepEqual(dropped, { no_receiver: 500 })
      for (const client of [owner, publisher]) client.destroy()
      assertUnmoved(measured)
    })
  })
})

/** Every one matches every name of that depth but for the last level. */
function deep(index: number): string {
  const head = index.toString(2).padStart(10, '0').replaceAll('0', 'a/').replaceAll('1', '+/')
  return `${head}${Array(limits.topicLevelsMax - 11)
    .fill('+')
    .join('/')}/z`
}

async function subscribe(client: RawMqttClient, topicFilters: readonly string[]): Promise<readonly number[]> {
  client.send(subscribePacket(1, topicFilters))
  return (await client.receive('suback')).reasonCodes
}
