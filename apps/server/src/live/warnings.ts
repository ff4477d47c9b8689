/** Something that somebody should do something about. */
export interface Warning {
  /** Stable, in upper case, such as CERTIFICATE_EXPIRES. */
  readonly code: string
  /** A sentence that says what, and what to do. */
  readonly text: string
}

/** What the server would have its operator know now; each source is asked when somebody looks. */
export class Warnings {
  readonly #sources: (() => readonly Warning[])[] = []

  add(source: () => readonly Warning[]): void {
    this.#sources.push(source)
  }

  list(): Warning[] {
    return this.#sources.flatMap((source) => source())
  }
}
