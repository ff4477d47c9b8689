import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { IssuedAccount } from '@pillion/schema'
import { MosquittoSubscriber, mosquittoClientsMissing } from './support/mosquitto.ts'
import { Pillion } from './support/pillion.ts'

describe('accounts, with mosquitto_pub and mosquitto_sub', { skip: mosquittoClientsMissing }, () => {
  let pillion: Pillion
  before(async () => {
    pillion = await Pillion.start()
  })
  after(() => pillion?.stop())

  test('the lines that `pillion account add` prints work as they are', async () => {
    const grants = ['--publish', 't/{name}/+', '--subscribe', 't/#']
    const { stderr } = await pillion.cli('account', 'add', 'gateway', ...grants)
    const lines = stderr.match(/^ {2}mosquitto_(sub|pub) .*$/gm) ?? []
    assert.equal(lines.length, 2, stderr)
    const [subscribe = '', publish = ''] = lines
    const subscriber = runInShell(`${subscribe} -C 1`)
    // Again and again: the first may be sent before the other has subscribed.
    let printed: Awaited<typeof subscriber> | undefined
    void subscriber.then((end) => {
      printed = end
    })
    while (printed === undefined) {
      assert.deepEqual(await runInShell(publish), { exitCode: 0, output: '' })
      await wait(50)
    }
    assert.deepEqual(printed, { exitCode: 0, output: 't/gateway/test hello\n' })
  })

  test('a filter that is not granted is refused, the others are granted (W 2.6 and beyond)', async () => {
    const account = await pillion.json<IssuedAccount>('account', 'add', 'reader', '--subscribe', 'a/+')
    for (const version of ['mqttv311', 'mqttv5']) {
      const signIn = ['-p', String(pillion.ports.mqtt), '-u', account.name, '-P', account.password]
      const filters = ['a/b', '#', 'a/#', 'a/+'].flatMap((filter) => ['-t', filter])
      const subscriber = await MosquittoSubscriber.start(['-V', version, ...signIn, ...filters])
      const refused = version === 'mqttv5' ? 0x87 : 0x80
      assert.deepEqual(subscriber.granted, [0, refused, refused, 0])
      await subscriber.stop()
    }
  })
})

async function runInShell(line: string): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn('/bin/sh', ['-c', `exec ${line.trim()} 2>&1`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { exitCode, output }
}
