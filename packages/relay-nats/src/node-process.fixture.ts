import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { TestNode } from './nodes.fixture.ts'
import type { NatsNodesOptions } from './options.ts'

type Command =
  | { readonly do: 'open'; readonly options: Omit<NatsNodesOptions, 'log'> }
  | { readonly do: 'addInterest'; readonly filters: readonly string[] }
  | { readonly do: 'claim'; readonly clientKey: string }
  | { readonly do: 'echo'; readonly from: string; readonly to: string }
  | { readonly do: 'report' }

export interface NodeReport {
  readonly delivered: number
  /** Texts that were not the whole number that follows the one before, or a later one. */
  readonly outOfOrder: number
  readonly dropped: number
  readonly evicted: readonly string[]
  readonly gone: readonly string[]
  readonly returns: number
  readonly heapBytes: number
}

/** A node in a process of its own, which can be stopped, continued and killed. Payloads sent to it are rising numbers. */
export class NodeProcess {
  readonly #child: ChildProcess = fork(fileURLToPath(import.meta.url), ['node-process'], {
    execArgv: ['--expose-gc'],
  })

  open(options: Omit<NatsNodesOptions, 'log'>): Promise<unknown> {
    return this.#do({ do: 'open', options })
  }

  addInterest(...filters: string[]): Promise<unknown> {
    return this.#do({ do: 'addInterest', filters })
  }

  claim(clientKey: string): Promise<unknown> {
    return this.#do({ do: 'claim', clientKey })
  }

  /** From now on it forwards to one topic what arrives on another. */
  echo(from: string, to: string): Promise<unknown> {
    return this.#do({ do: 'echo', from, to })
  }

  async report(): Promise<NodeReport> {
    return (await this.#do({ do: 'report' })) as NodeReport
  }

  stop(): void {
    this.#child.kill('SIGSTOP')
  }

  resume(): void {
    this.#child.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }

  async #do(command: Command): Promise<unknown> {
    this.#child.send(command)
    const [answer] = await once(this.#child, 'message')
    return answer
  }
}

function serve(): void {
  let node: CountingNode | undefined
  process.on('message', async (command: Command) => {
    if (command.do === 'open') node = await new CountingNode(command.options).open()
    else if (command.do === 'addInterest')
      for (const filter of command.filters) node?.relay.addInterest(filter)
    else if (command.do === 'claim') await node?.relay.claim(command.clientKey)
    else if (command.do === 'echo') node?.echo(command.from, command.to)
    process.send?.(command.do === 'report' ? node?.report() : 'done')
  })
  process.on('disconnect', () => process.exit())
}

/** Counts instead of keeping what is delivered: there may be millions. */
class CountingNode extends TestNode {
  #count = 0
  #outOfOrder = 0
  #last = 0
  #echoFrom: string | undefined
  #echoTo = ''

  override deliver(topic: string, payload: Uint8Array): void {
    if (topic === this.#echoFrom) this.relay.forward(this.#echoTo, payload)
    this.#count++
    const number = Number.parseInt(
      Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString(),
      10,
    )
    if (number <= this.#last) this.#outOfOrder++
    this.#last = number
  }

  echo(from: string, to: string): void {
    this.#echoFrom = from
    this.#echoTo = to
  }

  report(): NodeReport {
    globalThis.gc?.()
    return {
      delivered: this.#count,
      outOfOrder: this.#outOfOrder,
      dropped: this.droppedCount,
      evicted: this.evicted,
      gone: this.gone,
      returns: this.returns,
      heapBytes: process.memoryUsage().heapUsed,
    }
  }
}

if (process.argv[2] === 'node-process') serve()
