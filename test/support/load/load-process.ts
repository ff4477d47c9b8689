import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Answer, Call } from './run.ts'

type Arguments<Each> = Each extends (...args: infer Args) => unknown ? Args : never
type Result<Each> = Each extends (...args: never[]) => infer Returned ? Awaited<Returned> : never

/**
 * One of the modules beside this file in a process of its own, so that neither the test's work nor another load
 * makes it late. Its exported functions are called by name; what they keep, they keep until `stop`.
 */
export class LoadProcess<Module> {
  readonly #child: ChildProcess
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>()
  #lastId = 0

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (answer: Answer) => this.#settle(answer))
    child.on('exit', (code, signal) => this.#fail(new Error(`the load's process ended (${signal ?? code})`)))
  }

  /**
   * By default its process is a nice one: those who attack are elsewhere, and take no processor from the server and from
   * whoever measures or reads.
   *
   * `file` such as `./bystander.ts`; its types come as `LoadProcess.start<typeof import('./bystander.ts')>`.
   */
  static start<Module>(file: string, nice = 10): LoadProcess<Module> {
    const run = fileURLToPath(new URL('./run.ts', import.meta.url))
    // Not with the options of the test's own process.
    const child = fork(run, [new URL(file, import.meta.url).href], {
      serialization: 'advanced',
      execArgv: [],
    })
    if (nice > 0 && child.pid !== undefined) setPriority(child.pid, nice)
    return new LoadProcess(child)
  }

  call<Name extends keyof Module & string>(
    name: Name,
    ...args: Arguments<Module[Name]>
  ): Promise<Result<Module[Name]>> {
    const call: Call = { id: ++this.#lastId, name, args }
    const settled = Promise.withResolvers<unknown>()
    this.#calls.set(call.id, settled)
    this.#child.send(call)
    return settled.promise as Promise<Result<Module[Name]>>
  }

  /** Its sockets end with it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }

  #settle({ id, result, error }: Answer): void {
    const settled = this.#calls.get(id)
    this.#calls.delete(id)
    if (error === undefined) settled?.resolve(result)
    else settled?.reject(new Error(error))
  }

  #fail(error: Error): void {
    for (const { reject } of this.#calls.values()) reject(error)
    this.#calls.clear()
  }
}
