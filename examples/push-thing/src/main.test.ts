import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { waitUntil } from '@pillion/testkit'
import { startTestServer } from '../../../apps/server/src/server.fixture.ts'

const program = fileURLToPath(new URL('main.ts', import.meta.url))
const server = await startTestServer()
const { app } = await server.push.apps.add({ appID: 'harbour01', appKey: 'key4harbour' })
const admin = { app, principal: { kind: 'admin' } } as const

class Thing {
  readonly #process: ChildProcess
  printed = ''

  constructor(site: string, name: string, env: Record<string, string> = {}) {
    this.#process = spawn(process.execPath, [program, site, name], {
      env: { ...process.env, PUSH_APP_ID: 'harbour01', PUSH_APP_KEY: 'key4harbour', ...env },
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (text) => {
        this.printed += text
      })
    }
    after(() => this.#process.kill('SIGKILL'))
  }

  prints(pattern: RegExp): Promise<unknown> {
    return waitUntil(`${pattern} in what it printed`, () => pattern.test(this.printed)).catch((error) => {
      throw new Error(`it printed:\n${this.printed}`, { cause: error })
    })
  }

  async end(signal?: 'SIGTERM'): Promise<number | null> {
    if (signal !== undefined) this.#process.kill(signal)
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
    return this.#process.exitCode
  }
}

test('registers, writes readings, obeys its topic and shows what is pinned to the board', async () => {
  const thing = new Thing(`${server.httpUrl}/api`, 'lamp-1')
  await thing.prints(/registered as lamp-1\n.*connecting\n.*connected\n.*lamp-1 is at work/)
  const { thingID } = await server.push.things.resolve(admin, 'VENDOR_THING_ID:lamp-1')
  const scope = { kind: 'thing', id: thingID } as const

  const reading = await readReading(scope)
  assert.equal(reading.by, 'lamp-1')
  assert.ok(Number(reading.celsius) >= 18 && Number(reading.celsius) <= 22, `${reading.celsius}`)
  const blink = { data: { command: 'blink', times: 2, from: 'mia' }, mqtt: { enabled: true } }
  await server.push.messages.toTopic(admin, scope, 'commands', () => blink)
  await thing.prints(/mia says blink: \* \* \n/)
  const note = { by: 'tom', text: 'Boat 7 needs paint' }
  await server.push.objects.create(admin, { kind: 'app', id: '' }, 'board', undefined, () => note)
  await thing.prints(/on the board: tom: Boat 7 needs paint\n/)
  assert.equal(await thing.end('SIGTERM'), 0)
  assert.match(thing.printed, /closed\n$/)
})

/** It may not have been written yet. */
async function readReading(scope: { kind: 'thing'; id: string }): Promise<Record<string, unknown>> {
  for (let tries = 0; ; tries++) {
    try {
      return (await server.push.objects.read(admin, scope, 'readings', 'latest')).fields
    } catch (error) {
      if (tries === 200) throw error
      await wait(20)
    }
  }
}

test('is the same thing at its next start', async () => {
  const thing = new Thing(`${server.httpUrl}/api`, 'lamp-1')
  await thing.prints(/lamp-1 is at work/)
  assert.doesNotMatch(thing.printed, /registered/)
  assert.equal(await thing.end('SIGTERM'), 0)
})

test('says what is wrong and ends: another’s password, another’s app, no server', async () => {
  const site = `${server.httpUrl}/api`
  for (const [thing, says] of [
    [new Thing(site, 'lamp-1', { THING_PASSWORD: 'a guess' }), /lamp-1 already, with another password/],
    [new Thing(site, 'lamp-1', { PUSH_APP_ID: 'nobody01' }), /no push app nobody01/],
    [new Thing('http://127.0.0.1:1/api', 'lamp-1'), /No server answers at http:\/\/127.0.0.1:1\/api/],
  ] as const) {
    assert.equal(await thing.end(), 1)
    assert.match(thing.printed, says)
  }
  const confused = new Thing('lamp-1', 'lamp-1')
  assert.equal(await confused.end(), 2)
  assert.match(confused.printed, /'lamp-1' is no address/)
})
