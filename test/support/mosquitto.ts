import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { waitUntil } from '@pillion/testkit'

type Program = 'mosquitto_pub' | 'mosquitto_sub' | 'mosquitto_rr'

/** For the `skip` option of a test: false, or why the test cannot run here. */
export const mosquittoClientsMissing: false | string = findMissing()

function findMissing(): false | string {
  // 127 is what stdbuf says of a program that is not there.
  const { error, status } = spawnSync('stdbuf', ['-oL', 'mosquitto_rr', '--help'])
  if (error !== undefined) return 'stdbuf is not installed'
  return status === 127 && 'mosquitto_pub, mosquitto_sub and mosquitto_rr are not installed'
}

export interface MosquittoEnd {
  readonly exitCode: number | null
  readonly output: string
}

/** Runs it to its end. With `lines` and the option -l, mosquitto_pub makes a message of each. */
export async function runMosquitto(
  program: Program,
  args: readonly string[],
  lines: readonly string[] = [],
): Promise<MosquittoEnd> {
  const run = new RunningMosquitto(program, args, lines)
  return run.ended
}

/** What mosquitto_sub printed of one message. */
export interface PrintedMessage {
  readonly topic: string
  readonly qos: number
  readonly retain: boolean
  readonly payload: string
}

/** A mosquitto_sub that runs until it is stopped. */
export class MosquittoSubscriber {
  readonly #run: RunningMosquitto

  private constructor(run: RunningMosquitto) {
    this.#run = run
  }

  /** Resolves when the broker has answered the SUBSCRIBE. */
  static async start(args: readonly string[]): Promise<MosquittoSubscriber> {
    const subscriber = new MosquittoSubscriber(
      new RunningMosquitto('mosquitto_sub', ['-d', '-F', 'MESSAGE %q %r %t %p', ...args], []),
    )
    await subscriber.subscribed(1)
    return subscriber
  }

  /** Resolves when it has subscribed for the `times`th time: it does so again after each reconnection. */
  async subscribed(times: number, deadlineMilliseconds?: number): Promise<void> {
    const count = () => this.#run.output.match(/^Subscribed /gm)?.length ?? 0
    await waitUntil(
      `${times} subscriptions of mosquitto_sub, which printed:\n${this.#run.output}`,
      () => count() >= times || this.#run.exited,
      deadlineMilliseconds,
    )
    if (count() < times) throw new Error(`mosquitto_sub ended:\n${this.#run.output}`)
  }

  /** QoS that was granted, by filter. */
  get granted(): readonly number[] {
    const codes = /^Subscribed \(mid: \d+\): (.*)$/m.exec(this.#run.output)?.[1]
    return codes?.split(', ').map(Number) ?? []
  }

  get messages(): PrintedMessage[] {
    return [...this.#run.output.matchAll(/^MESSAGE (\d) (\d) (\S+) (.*)$/gm)].map(
      ([, qos, retain, topic = '', payload = '']) => ({
        topic,
        qos: Number(qos),
        retain: retain === '1',
        payload,
      }),
    )
  }

  async printed(count: number): Promise<PrintedMessage[]> {
    return waitUntil(
      `message ${count} of mosquitto_sub`,
      () => this.messages.length >= count && this.messages,
    )
  }

  /** It says good-bye to the broker. */
  async stop(): Promise<void> {
    this.#run.child.kill('SIGTERM')
    await this.#run.ended
  }

  async kill(): Promise<void> {
    this.#run.child.kill('SIGKILL')
    await this.#run.ended
  }
}

class RunningMosquitto {
  readonly child: ChildProcess
  readonly ended: Promise<MosquittoEnd>
  output = ''
  exited = false

  constructor(program: Program, args: readonly string[], lines: readonly string[]) {
    // Into a pipe it would write by the block, and we would wait for lines that it has long printed.
    const child = spawn('stdbuf', ['-oL', program, ...args], { stdio: 'pipe' })
    this.child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk
      })
    }
    child.stdin.on('error', () => {}).end(lines.map((line) => `${line}\n`).join(''))
    this.ended = once(child, 'close').then(([exitCode]) => {
      this.exited = true
      return { exitCode, output: this.output }
    })
  }
}
