import { setImmediate, setTimeout } from 'node:timers/promises'

/** Of the event loop at a time. */
const PORTION_MILLISECONDS = 2
/** Every portion is followed by so many times its own length in which there is none: at most a tenth of the time goes here. */
const REST_PER_WORK = 9
/** Between two looks at the clock. */
const TASKS_PER_LOOK = 8
/** Places at the front that are worth moving the rest. */
const DEAD_MAX = 1_024

/** What waits to be worked off. */
export interface Task {
  /** What it holds on to until then. */
  readonly bytes: number
  run(): void
}

/** Work that nobody waits for, off the path of the messages: in order, in portions, bounded. */
export class Later {
  readonly #max: { readonly tasks: number; readonly bytes: number }
  #tasks: (Task | undefined)[] = []
  #front = 0
  #bytes = 0
  #running: Promise<void> | undefined
  readonly #closing = new AbortController()

  constructor(max: { readonly tasks: number; readonly bytes: number }) {
    this.#max = max
  }

  /** Is there room for one more? */
  get hasRoom(): boolean {
    return this.#waiting < this.#max.tasks && this.#bytes < this.#max.bytes
  }

  get #waiting(): number {
    return this.#tasks.length - this.#front
  }

  add(task: Task): void {
    this.#tasks.push(task)
    this.#bytes += task.bytes
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  /** Works everything off at once: whoever reads wants to see what has happened. */
  finish(): void {
    this.#work(Infinity)
  }

  close(): void {
    this.#closing.abort()
    this.finish()
  }

  async #run(): Promise<void> {
    await setImmediate()
    while (this.#waiting > 0) {
      const started = performance.now()
      this.#work(started + PORTION_MILLISECONDS)
      if (this.#waiting === 0 || this.#closing.signal.aborted) return
      const pause = REST_PER_WORK * (performance.now() - started)
      await setTimeout(pause, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {})
    }
  }

  /** A task may ask for everything to be finished: then nothing is done twice. */
  #work(until: number): void {
    while (this.#front < this.#tasks.length) {
      const task = this.#tasks[this.#front] as Task
      this.#tasks[this.#front++] = undefined
      this.#bytes -= task.bytes
      task.run()
      if (this.#front % TASKS_PER_LOOK === 0 && performance.now() >= until) break
    }
    if (this.#front === this.#tasks.length || this.#front >= DEAD_MAX) {
      this.#tasks = this.#tasks.slice(this.#front)
      this.#front = 0
    }
  }
}
