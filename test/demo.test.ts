import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type FakeApp, type FakeVehicle, waitUntil } from '@pillion/testkit'
import { type Running, startInShell } from '../apps/cli/src/run-pillion.ts'
import { drive } from './support/drive.ts'
import { Pillion } from './support/pillion.ts'

describe('pillion demo, used as it says', () => {
  let pillion: Pillion
  let vehicle: FakeVehicle
  let app: FakeApp
  let commands: string[]
  let listening: Running | undefined

  before(async () => {
    pillion = await Pillion.start('demo')
    const { running } = pillion
    // As a browser reads it: the credentials stand behind the #.
    const [address] = await running.printed('stdout', /http:\S+\/portal\/#\S+/)
    const fragment = new URLSearchParams(new URL(address).hash.slice(1))
    const printed = await running.printed('stdout', /^ +(npx .*)\n +(npx .*)\n +(npx .*)\n/m)
    commands = printed.slice(1)
    const [vin = '', password = ''] = [fragment.get('vin') ?? '', fragment.get('password') ?? '']
    vehicle = await drive(pillion, { vin, password })
    app = await vehicle.open('demo-messages')
  })
  after(async () => {
    if (listening !== undefined) await interrupt(listening)
    vehicle?.close()
    await pillion?.stop()
  })

  test('has both sample apps on the wall of the head unit', () => {
    const { apps } = vehicle.host.view
    assert.deepEqual(apps.map(({ idApp }) => idApp).sort(), ['demo-deliveries', 'demo-messages'])
  })

  test('the first command brings a message into the app', async () => {
    assert.match(commands[0] ?? '', /^npx pillion send /)
    const { exitCode, stdout } = await startInShell(commands[0] ?? '').finished
    assert.deepEqual([exitCode, stdout], [0, 'Sent to 1 head unit of PILLIONDEMO000001.\n'])
    await waitUntil('the message', () => app.received.length > 0)
    assert.deepEqual(app.received, [{ idApp: 'demo-messages', popup: false, content: { text: 'Hello' } }])
  })

  test('the second shows a popup, whose outcome reaches the app', async () => {
    assert.match(commands[1] ?? '', /--popup 'Hello from the demo partner'/)
    const { exitCode } = await startInShell(commands[1] ?? '').finished
    assert.equal(exitCode, 0)
    await waitUntil('the popup', () => vehicle.host.view.popup)
    assert.equal(vehicle.host.view.popup?.text, 'Hello from the demo partner')
    assert.equal(vehicle.host.view.popup?.button, true)
    vehicle.host.pressOk()
    await waitUntil('the outcome', () => app.received.length > 1)
    assert.equal(app.received[1]?.popupAction, 'WebPortal.okBtnPopupRequestClicked')
  })

  test('the third prints what the app answers, and the demo back end answers it', async () => {
    // A session of its own, so that it can be ended as Ctrl-C ends what runs in a terminal: all of it.
    listening = startInShell(`setsid ${commands[2]}`)
    await listening.printed('stderr', /Listening for what vehicles send to demo/)
    app.send({ app: 'demo-messages', type: 'message', id: 'v1', re: null, text: 'Running late' })
    await listening.printed('stdout', /PILLIONDEMO000001 .*"text":"Running late"/)
    await pillion.running.printed('stdout', /^\[partner\] .*"text":"Running late".* → answered$/m)
    const content = () => app.received.at(-1)?.content as { re?: string; text?: string } | undefined
    await waitUntil('the answer', () => content()?.re === 'v1')
    assert.match(content()?.text ?? '', /How late/)
  })

  test('SIGTERM ends all of it, with exit code 0', async () => {
    const { child, finished } = pillion.running
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')
    assert.equal(children.length, 1, 'the demo back end')
    child.kill('SIGTERM')
    const { exitCode, signal, stderr } = await finished
    assert.deepEqual([exitCode, signal], [0, null], stderr)
    for (const pid of children) assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' })
    await waitUntil('the head unit to notice', () => vehicle.host.view.connection !== 'connected')
    await listening?.printed('stderr', /hung up/)
  })
})

async function interrupt({ child, finished }: Running): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) process.kill(-Number(child.pid), 'SIGINT')
  await finished
}
