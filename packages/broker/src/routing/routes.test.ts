import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'

describe('routes', () => {
  /** Publishes to so many topics, round by round; returns how often the policy was asked in the last round. */
  async function countQuestions(
    t: Parameters<typeof serveFor>[0],
    limits: { routesPerConnectionMax?: number; routesMax?: number },
    topics: number,
  ): Promise<number> {
    let asked = 0
    const policy = {
      ...openPolicy,
      publish: (...question: Parameters<typeof openPolicy.publish>) => {
        asked++
        return openPolicy.publish(...question)
      },
    }
    const broker = await serveFor(t, { policy, limits })
    const client = await TestClient.connect(broker)
    for (let round = 0; round < 4; round++) {
      if (round === 3) asked = 0
      for (let topic = 0; topic < topics; topic++) client.publish(`t/${topic}`, '')
      await client.ping()
    }
    return asked
  }

  it('are kept from the second use of a topic on', async (t) => {
    assert.equal(await countQuestions(t, {}, 20), 0)
  })

  it('are as many per connection as may be: beyond, all are forgotten and asked for again', async (t) => {
    assert.equal(await countQuestions(t, { routesPerConnectionMax: 20 }, 20), 0)
    assert.equal(await countQuestions(t, { routesPerConnectionMax: 19 }, 20), 20)
  })

  it('of all connections together are bounded, but each keeps sixteen', async (t) => {
    assert.equal(await countQuestions(t, { routesMax: 1 }, 16), 0)
    assert.equal(await countQuestions(t, { routesMax: 1 }, 17), 17)
  })
})
