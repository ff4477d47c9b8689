import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import mqtt, { type MqttClient } from 'mqtt'
import {
  type Mosquitto,
  makeFolder,
  mosquittoMissing,
  startMosquitto,
} from '../../../sdks/partner/test/mosquitto.ts'

const vin = 'VF3TEST0000000001'
const root = 'psa/OVIPPartners-Dev'

interface Downlink {
  idApp: string
  popup: boolean
  popupText?: string
  content?: { type: string; id?: string; re?: string; ids?: string[]; stop?: { id: string } }
}

describe('the demo back end, as a process', { skip: mosquittoMissing }, () => {
  const folder = makeFolder()
  let broker: Mosquitto
  let vehicle: MqttClient
  let partner: ChildProcess
  const lines: string[] = []
  const downlinks: Downlink[] = []

  before(async () => {
    broker = await startMosquitto(folder.path)
    const uri = `mqtt://127.0.0.1:${broker.port}`
    vehicle = await mqtt.connectAsync(uri)
    vehicle.on('message', (_, payload) => downlinks.push(JSON.parse(String(payload))))
    await vehicle.subscribeAsync(`${root}/to/uid/acme/opa/${vin}/`)
    const config = join(folder.path, 'config.json')
    writeFileSync(config, JSON.stringify({ uri, username: 'acme', password: 'secret' }))
    partner = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), config, vin])
    partner.stdout?.on('data', (text) => lines.push(...String(text).split('\n')))
    partner.stderr?.on('data', (text) => lines.push(...String(text).split('\n')))
    await until(() => downlinks.length >= 6)
  })
  after(async () => {
    partner?.kill('SIGKILL')
    await vehicle?.endAsync(true)
    await broker.kill()
    folder.remove()
  })

  async function until(condition: () => boolean): Promise<void> {
    for (let tries = 0; !condition(); tries++) {
      assert.ok(tries < 500, `waited in vain; it printed:\n${lines.join('\n')}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async function ask(content: unknown, answers: number): Promise<Downlink[]> {
    downlinks.length = 0
    await vehicle.publishAsync(`${root}/from/uid/acme/opa/${vin}/`, JSON.stringify({ content }))
    await until(() => downlinks.length === answers)
    return downlinks
  }

  test('greets the vehicle it was given: a message, and a round of stops that fits the 10 kept (W 6.2)', () => {
    const [greeting, ...stops] = downlinks
    assert.equal(greeting?.idApp, 'demo-messages')
    assert.equal(greeting?.content?.type, 'message')
    assert.deepEqual(
      stops.map(({ idApp, content }) => [idApp, content?.type]),
      stops.map(() => ['demo-deliveries', 'stop']),
    )
    assert.ok(stops.length <= 10)
  })

  test('answers a message, naming the one it answers', async () => {
    const message = { app: 'demo-messages', type: 'message', id: 'v1', re: 'm1', text: 'Running late' }
    const [answer] = await ask(message, 1)
    assert.equal(answer?.content?.re, 'v1')
  })

  test('shows a popup when asked for one, and notes its outcome', async () => {
    const message = { app: 'demo-messages', type: 'message', id: 'v2', re: null, text: 'Show me a popup' }
    const [popup] = await ask(message, 2)
    assert.equal(popup?.popup, true)
    const outcome = { app: 'demo-messages', type: 'popupOutcome', id: popup?.content?.id, outcome: 'ok' }
    assert.equal((await ask(outcome, 1))[0]?.content?.type, 'message')
  })

  test('confirms ticks, sends what is missing, and begins a new round after the last tick', async () => {
    const known = ['1-1', '1-2', '1-3', '1-4']
    const [confirmed, missing] = await ask(
      { app: 'demo-deliveries', type: 'round', known, delivered: ['1-1'] },
      2,
    )
    assert.deepEqual(confirmed?.content, { type: 'confirmed', ids: ['1-1'] })
    assert.equal(missing?.content?.stop?.id, '1-5')
    const all = [...known, '1-5']
    const round = await ask({ app: 'demo-deliveries', type: 'round', known: all, delivered: all }, 7)
    assert.equal(round[1]?.content?.stop?.id, '2-1')
    assert.match(round[6]?.popupText ?? '', /^Round 1 is done\n/)
  })

  test('prints one line for anything, understood or not, and goes on', async () => {
    for (const odd of [null, 'text', 7, [], { app: 'other' }, { app: 'demo-messages', type: 'message' }]) {
      const before = lines.length
      await vehicle.publishAsync(`${root}/from/uid/acme/opa/${vin}/`, JSON.stringify({ content: odd }))
      await until(() => lines.length > before)
      assert.match(lines.join('\n'), /not (for us|understood)/)
    }
    const message = { app: 'demo-messages', type: 'message', id: 'v3', re: null, text: 'ok' }
    assert.equal((await ask(message, 1)).length, 1)
  })

  test('the published usage runs as it is', async () => {
    const script = fileURLToPath(new URL('../published.cjs', import.meta.url))
    const published = spawn(process.execPath, [script, join(folder.path, 'config.json'), vin])
    const printed: string[] = []
    published.stdout.on('data', (text) => printed.push(String(text)))
    const content = { hello: 'published' }
    // It is asked again because nobody outside can see when it has subscribed.
    const asking = setInterval(() => {
      vehicle.publish(`${root}/to/uid/acme/opa/${vin}/`, JSON.stringify({ content }))
    }, 50)
    await until(() => printed.join('').includes(JSON.stringify(content)))
    clearInterval(asking)
    published.kill('SIGKILL')
  })

  test('ends cleanly on SIGTERM', async () => {
    const exit = new Promise((resolve) => partner.once('exit', (code, signal) => resolve([code, signal])))
    partner.kill('SIGTERM')
    assert.deepEqual(await exit, [0, null])
  })
})
