import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

describe('the fuzzer of the broker', () => {
  for (const seed of [undefined, '1']) {
    it(`finds nothing in 1,000 connections of ${seed === undefined ? 'a new seed' : 'one seed'}`, (t) => {
      const { status, stdout, stderr } = fuzz(
        '--cases',
        '1000',
        ...(seed === undefined ? [] : ['--seed', seed]),
      )
      assert.equal(status, 0, stdout + stderr)
      t.diagnostic(stdout.split('\n')[0] as string)
      const [, accepted, messages] = stdout.match(/(\d+) accepted, .* (\d+) messages/) ?? []
      assert.ok(Number(accepted) > 500 && Number(messages) > 1_000, stdout)
    })
  }

  it('takes back its seed, and ends when it is told', () => {
    const { status, stdout } = fuzz('--seconds', '0.5', '--seed', '7')
    assert.equal(status, 0, stdout)
    assert.match(stdout, /^seed 7\n[1-9]\d* connections/)
  })

  it('finds the canary, a broker that loses messages', () => {
    const { status, stdout } = fuzz('--cases', '500', '--canary')
    assert.equal(status, 1, stdout)
    assert.match(stdout, /AssertionError.*\n[\s\S]*a\/b/)
  })
})

function fuzz(...args: string[]) {
  const file = fileURLToPath(new URL('broker.fuzz.ts', import.meta.url))
  return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' })
}
