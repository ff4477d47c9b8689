import { setTimeout as sleep } from 'node:timers/promises'
import { Latencies } from '../generator/latencies.ts'
import { describeMachine, formatMachine } from '../machine.ts'
import { startForked } from '../servers/forked.ts'
import { makeTemporaryFolder } from '../servers/temporary-folder.ts'
import { benchDay } from './day.ts'
import { PacedPartner } from './paced-partner.ts'
import type { PortalJob, PortalStarted } from './portal-process.ts'
import { type Arrival, makeAppFolder, ShownApp } from './shown-app.ts'

const steady = { perSecond: 100, seconds: 20 }
const flood = { perSecond: 2_000, seconds: 10 }
const p99BarMilliseconds = 20
/** For what is still on its way when the last message is sent. */
const drainSeconds = 10

interface Figures {
  readonly sent: number
  readonly received: number
  readonly outOfOrder: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

/**
 * `npm run bench -- portal`: what a message takes from the partner's publish to the app's listener in Chromium, with partner,
 * server and browser on this machine. `npm run bench -- portal day`: what a day leaves behind. Returns the exit code: 1 if a
 * bar was missed.
 */
export async function benchPortal(what: string | undefined): Promise<number> {
  print(`${formatMachine(describeMachine({}))}\n`)
  const job = { dataFolder: await makeTemporaryFolder(), appFolder: await makeAppFolder() }
  const { child, started } = await startForked<PortalJob, PortalStarted>('../portal/portal-process.ts', job)
  try {
    if (what !== 'day') return (await benchLatency(started)) ? 0 : 1
    return tellBar('nothing grows after noon', await benchDay(started, print)) ? 0 : 1
  } finally {
    await child.stop()
  }
}

async function benchLatency(started: PortalStarted): Promise<boolean> {
  const app = await ShownApp.open(started)
  const partner = await PacedPartner.open(started)
  try {
    // What has never run is slow: the first messages are not counted.
    await measure(partner, app, { ...steady, seconds: 3 })
    const isQuick = tellSteady(await measure(partner, app, steady))
    const isComplete = tellFlood(await measure(partner, app, flood))
    await app.pauseLog()
    tell('the first again, with the log of the page paused', await measure(partner, app, steady))
    return isQuick && isComplete
  } finally {
    partner.close()
    await app.close()
  }
}

async function measure(
  partner: PacedPartner,
  app: ShownApp,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Figures> {
  const due = await partner.send(perSecond, seconds)
  const arrivals: Arrival[] = []
  for (let tries = 0; tries < drainSeconds * 10 && arrivals.length < due.length; tries++) {
    arrivals.push(...(await app.arrivals()))
    await sleep(100)
  }
  return toFigures(due, arrivals)
}

function toFigures(due: readonly number[], arrivals: readonly Arrival[]): Figures {
  const latencies = new Latencies()
  let worst = 0
  let outOfOrder = 0
  arrivals.forEach(({ number, at }, index) => {
    const took = at - (due[number] ?? Number.NaN)
    latencies.record(took)
    worst = Math.max(worst, took)
    if (number < (arrivals[index - 1]?.number ?? 0)) outOfOrder++
  })
  const { p50 = Number.NaN, p99 = Number.NaN } = latencies.percentiles() ?? {}
  return { sent: due.length, received: arrivals.length, outOfOrder, p50, p99, worst }
}

function tellSteady(figures: Figures): boolean {
  tell(`${rateOf(steady)}, from publish to the app's listener`, figures)
  return tellBar(`p99 at most ${p99BarMilliseconds} ms`, figures.p99 <= p99BarMilliseconds)
}

function tellFlood(figures: Figures): boolean {
  tell(`${rateOf(flood)}, to the app on screen`, figures)
  return tellBar('none lost, all in order', figures.received === figures.sent && figures.outOfOrder === 0)
}

function rateOf({ perSecond, seconds }: { perSecond: number; seconds: number }): string {
  return `${perSecond} messages a second for ${seconds} s`
}

function tell(what: string, figures: Figures): void {
  print(`${what}\n  ${describe(figures)}`)
}

function describe({ sent, received, p50, p99, worst }: Figures): string {
  const times = [`p50 ${p50.toFixed(1)} ms`, `p99 ${p99.toFixed(1)} ms`, `worst ${worst.toFixed(1)} ms`]
  return `${times.join(', ')} · ${received} of ${sent} received`
}

function tellBar(text: string, passed: boolean): boolean {
  print(`  ${passed ? 'passed' : 'not passed'} · ${text}`)
  return passed
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
