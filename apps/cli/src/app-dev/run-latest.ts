/**
 * Runs `action`, which never rejects, one at a time. However often it is asked for meanwhile, it runs once more: the last run
 * began after the last call.
 */
export class RunLatest {
  readonly #action: () => Promise<void>
  #isWanted = false
  #running: Promise<void> | undefined

  constructor(action: () => Promise<void>) {
    this.#action = action
  }

  want(): void {
    this.#isWanted = true
    this.#running ??= this.#run()
  }

  /** Until nothing runs. */
  async settle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false
      await this.#action()
    }
    this.#running = undefined
  }
}
