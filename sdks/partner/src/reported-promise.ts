/**
 * A promise whose failure is reported if nobody asks for it. The published code ignores what `publish` returns; its failures
 * must neither vanish nor end the process, and who awaits must not read them twice.
 */
export class ReportedPromise<T> extends Promise<T> {
  #observed = false

  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  static watch<T>(outcome: Promise<T>, report: (error: unknown) => void): ReportedPromise<T> {
    const reported = new ReportedPromise<T>((resolve, reject) => outcome.then(resolve, reject))
    Promise.prototype.then.call(reported, undefined, (error) => {
      if (!reported.#observed) report(error)
    })
    return reported
  }

  // `await`, `catch` and `finally` of a subclass all come through here.
  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#observed = true
    return super.then(onFulfilled, onRejected)
  }
}
