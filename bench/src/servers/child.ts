import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const startSecondsMax = 60
const stopSecondsMax = 10

const children = new Set<ChildProcess>()

// However this process ends, it leaves no server behind.
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Watches over a server's process that was just started, to be able to say why it ended. */
export class Child {
  readonly process: ChildProcess
  readonly #name: string
  #printed = ''

  constructor(name: string, process: ChildProcess) {
    this.#name = name
    this.process = process
    children.add(process)
    process.stderr?.on('data', (text) => {
      this.#printed = `${this.#printed}${text}`.slice(-4_000)
    })
    process.on('error', (error) => {
      this.#printed += error.message
    })
  }

  get pid(): number {
    if (this.process.pid === undefined) throw this.failure('was not started')
    return this.process.pid
  }

  get hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null
  }

  /** An error that says what happened to it, and what it printed last. */
  failure(what: string): Error {
    return new Error(`${this.#name} ${what}: ${this.#printed.trim()}`)
  }

  /** Resolves when it accepts connections on a loopback port. */
  async listensOn(port: number): Promise<void> {
    for (let tries = 0; tries < startSecondsMax * 20; tries++) {
      if (this.hasEnded) throw this.failure('ended at once')
      if (await accepts(port)) return
      await sleep(50)
    }
    throw this.failure(`does not listen on port ${port}`)
  }

  /** Ends it by its own process id, gently first. */
  async stop(): Promise<void> {
    if (!this.hasEnded && this.process.pid !== undefined) {
      const ended = once(this.process, 'exit')
      this.process.kill('SIGTERM')
      const timer = setTimeout(() => this.process.kill('SIGKILL'), stopSecondsMax * 1000)
      await ended
      clearTimeout(timer)
    }
    children.delete(this.process)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
