import { once } from 'node:events'
import { join } from 'node:path'
import { describeMachine, formatMachine } from '../machine.ts'
import type { Child } from '../servers/child.ts'
import { startForked } from '../servers/forked.ts'
import { makeTemporaryFolder } from '../servers/temporary-folder.ts'
import type { BareJob } from './bare-process.ts'
import { openReceivers } from './fan-out.ts'
import { type HttpRequest, loadHttp } from './http-load.ts'
import type { PushJob, PushStarted } from './push-process.ts'
import { PushRest } from './push-rest.ts'
import { topicID } from './receivers.ts'

const runs = 5
const load = { connections: 32, seconds: 2, warmUpSeconds: 1 }
const connectedReceivers = 10_000
const subscribers = 100_000
const object = JSON.stringify({ temperature: 21.5, unit: 'C', room: 'kitchen', at: 1_763_719_401_522 })

/** `npm run bench -- push`: what push costs over HTTP, how fast it fans out, and whether a crowd holds others up. */
export async function benchPush(): Promise<void> {
  print(`${formatMachine(describeMachine({}))}\n`)
  await benchRest()
  await benchFanOut()
  await benchPaging()
}

/** As a ratio to a bare route with one insert, both measured in turns, on the same machine in the same minute. */
async function benchRest(): Promise<void> {
  const bare = await startBare()
  const push = await startPush(0)
  const rest = new PushRest(push.started)
  await rest.openAsUser()
  const requests: [name: string, request: HttpRequest][] = [
    ['bare insert', bare.request],
    ['create object', rest.createObject(object)],
    ['send message', rest.sendMessage()],
  ]
  const rates = new Map<string, number[]>(requests.map(([name]) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const [name, request] of requests) {
      const { perSecond, refused } = await loadHttp(request, load)
      if (refused > 0) throw new Error(`${name}: ${refused} requests were refused`)
      rates.get(name)?.push(perSecond)
    }
  }
  print('REST, requests per second (median of 5), and as a ratio to a bare fastify route with one insert')
  const base = median(rates.get('bare insert') ?? [])
  for (const [name, each] of rates) {
    const rate = median(each)
    print(`  ${name.padEnd(14)} ${rate.toFixed(0).padStart(7)}   ${(rate / base).toFixed(2)}`)
  }
  await bare.child.stop()
  await push.child.stop()
}

async function benchFanOut(): Promise<void> {
  const { child, started } = await startPush(connectedReceivers)
  const rest = new PushRest(started)
  await rest.openAsAdmin()
  const receivers = await openReceivers(started, rest, connectedReceivers)
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const sentAt = performance.now()
    const arrived = receivers.all()
    await rest.send(topicID)
    times.push((await arrived) - sentAt)
  }
  receivers.close()
  print(`\n${connectedReceivers} connected installations on one topic: send → last delivery`)
  print(`  ${describeTimes(times)}`)
  await child.stop()
}

async function benchPaging(): Promise<void> {
  const { child, started } = await startPush(subscribers)
  const rest = new PushRest(started)
  await rest.openAsAdmin()
  const delays: number[] = []
  const answers: number[] = []
  for (let run = 0; run < runs; run++) {
    await readDelay(child)
    const sentAt = performance.now()
    await rest.send(topicID)
    answers.push(performance.now() - sentAt)
    await rest.untilSent(started, (run + 1) * subscribers)
    delays.push(await readDelay(child))
  }
  print(`\n${subscribers} subscribers of one topic, none of them connected`)
  print(`  answer to the send            ${describeTimes(answers)}`)
  print(`  longest hold-up of the event loop while they are paged  ${describeTimes(delays)}`)
  await child.stop()
}

async function startBare(): Promise<{ child: Child; request: HttpRequest }> {
  const file = join(await makeTemporaryFolder(), 'bare.db')
  const { child, started } = await startForked<BareJob, { port: number }>('../push/bare-process.ts', { file })
  const headers = { 'content-type': 'application/json' }
  return { child, request: { port: started.port, method: 'POST', path: '/objects', headers, body: object } }
}

async function startPush(receivers: number): Promise<{ child: Child; started: PushStarted }> {
  const job = { dataFolder: await makeTemporaryFolder(), receivers }
  return startForked<PushJob, PushStarted>('../push/push-process.ts', job)
}

/** Milliseconds, since it was last asked. */
async function readDelay({ process }: Child): Promise<number> {
  const answered = once(process, 'message')
  process.send('delay')
  const [{ delayMs }] = (await answered) as [{ delayMs: number }]
  return delayMs
}

function describeTimes(milliseconds: readonly number[]): string {
  const worst = Math.max(...milliseconds)
  return `median ${median(milliseconds).toFixed(1)} ms, worst of ${milliseconds.length} ${worst.toFixed(1)} ms`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
