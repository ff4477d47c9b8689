import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { exitCodes } from './exit-codes.ts'

/** Waits for its first signal, then for a draining that never ends. */
const program = `
import { waitForSignal } from ${JSON.stringify(new URL('signals.ts', import.meta.url).href)}
setInterval(() => {}, 1000)
const signal = waitForSignal()
console.log('ready')
console.log(await signal)`

test('a second signal ends at once; the same Ctrl-C passed on twice is not a second one', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  const [first] = await once(child.stdout, 'data')
  assert.equal(String(first), 'SIGINT\n')
  child.kill('SIGTERM')
  await wait(400)
  assert.equal(child.exitCode, null)
  child.kill('SIGINT')
  assert.deepEqual(await exited, [exitCodes.interrupted, null])
})
