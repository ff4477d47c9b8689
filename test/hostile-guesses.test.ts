import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertFigure, assertUnmoved, describe as inWords } from './support/figures.ts'
import { addFleet } from './support/fleet.ts'
import type { Attempt } from './support/load/guessers.ts'
import type { LoadProcess } from './support/load/load-process.ts'
import { signIn } from './support/load/sign-in.ts'
import { Overload } from './support/overload.ts'

type Guessers = LoadProcess<typeof import('./support/load/guessers.ts')>

const guessSeconds = 5
/** Vehicles that are guessed at in turn from one address; others are left for the guesses at one account. */
const guessedAt = 100

const overload = await Overload.start('product')
after(() => overload.close())
const fleet = await addFleet(overload.pillion, 'ACME', 2 * guessedAt)

function guess(vehicle: number, localAddress: string): Attempt {
  const { port, username = '' } = fleet.vehicles[vehicle] ?? {}
  assert.ok(port !== undefined)
  return { port, username, localAddress, password: 'not the password' }
}

/** As /metrics shows it; 0 where it does not. */
async function readMetric(reason: string): Promise<number> {
  const text = await (await fetch(`${overload.pillion.url}/metrics`)).text()
  const value = new RegExp(`^pillion_\\S+\\{[^}]*reason="(?:connect_)?${reason}"[^}]*\\} (\\d+)$`, 'm').exec(
    text,
  )
  return Number(value?.[1] ?? 0)
}

describe('guessing passwords', () => {
  test('from one address: 50 at once, then 5 answers a second; owners are served meanwhile', async (t) => {
    await overload.patiently(t, async () => {
      const address = `127.0.0.${2 + Math.floor(Math.random() * 200)}`
      const guessers: Guessers = overload.start('./guessers.ts')
      const guesses = Array.from({ length: guessedAt }, (_, index) => guess(index, address))
      const first = await guessers.call('tryAll', guesses.slice(0, 50), 10)
      assert.equal(first.byCode[0x86], 50)
      const ownersMilliseconds: number[] = []
      const measured = await overload.measure(async () => {
        const tried = guessers.call('tryFor', guesses, 100, guessSeconds)
        for (let second = 1; second < guessSeconds; second++) {
          await sleep(1_000)
          const startedAt = performance.now()
          for (const owner of fleet.vehicles.slice(0, 10)) (await signIn(owner)).destroy()
          ownersMilliseconds.push(performance.now() - startedAt)
        }
        return tried
      })
      await overload.settle(measured, 0)
      const { count } = measured.result
      t.diagnostic(`${JSON.stringify(measured.result)}, ${inWords(measured)}`)
      // One more, where the seconds begin in the middle of one.
      assert.ok(count > 0 && count <= 5 * guessSeconds + 1, `${count} answers`)
      // They are not in the line in which guesses wait.
      assertFigure(Math.max(...ownersMilliseconds) < 1_000, `owners waited: ${ownersMilliseconds} ms`)
      assert.ok((await readMetric('sign_in_rate_exceeded')) > 0)
      assert.ok((await readMetric('password_wrong')) >= 50)
      assertUnmoved(measured)
    })
  })

  test('at one account from 60 addresses: 100 answers in all; its owner is served', async (t) => {
    await overload.patiently(t, async () => {
      const guessers: Guessers = overload.start('./guessers.ts')
      const vehicle = guessedAt + Math.floor(Math.random() * guessedAt)
      const guesses = Array.from({ length: 600 }, (_, index) =>
        guess(vehicle, `127.1.${vehicle}.${1 + (index % 60)}`),
      )
      const measured = await overload.measure(() => guessers.call('tryAll', guesses, 20))
      await overload.settle(measured, 0)
      const { count } = measured.result
      t.diagnostic(`${JSON.stringify(measured.result)}, ${inWords(measured)}`)
      assert.equal(count, 100)
      const owner = await signIn(fleet.vehicles[vehicle] ?? assert.fail())
      owner.destroy()
      assert.ok((await readMetric('sign_in_account_locked')) > 0)
      assertUnmoved(measured)
    })
  })
})
