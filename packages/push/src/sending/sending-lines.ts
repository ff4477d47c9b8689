import type { Principal } from '../principal.ts'
import type { Audience } from './audience.ts'

/** Whose message or event it is. */
export interface Origin {
  readonly principal: Principal
  /** Of a message, as its sender was told. */
  readonly pushMessageID?: string
}

/** One message or event on its way. */
export interface Sending {
  readonly appID: string
  readonly audience: Audience
  readonly payload: Uint8Array
  readonly origin: Origin
  /** The last subscription that was there when it was accepted. */
  readonly upTo: Promise<number>
  /** How far it has come: the last subscription that was looked at. */
  after: number
  /** Called once, when it has left its line. */
  readonly finish: () => void
}

/** A line for each app; the apps take turns, and in a line each waits for the one before. */
export class SendingLines {
  /** By appID, in the order of turns; none is empty. */
  readonly #lines = new Map<string, Sending[]>()
  #count = 0

  get count(): number {
    return this.#count
  }

  countOf(appID: string): number {
    return this.#lines.get(appID)?.length ?? 0
  }

  add(sending: Sending): void {
    const line = this.#lines.get(sending.appID)
    if (line === undefined) this.#lines.set(sending.appID, [sending])
    else line.push(sending)
    this.#count++
  }

  /** The first of the app whose turn it is; it stays in its line. */
  next(): Sending | undefined {
    for (const [appID, line] of this.#lines) {
      this.#lines.delete(appID)
      this.#lines.set(appID, line)
      return line[0]
    }
    return undefined
  }

  /** It must be the first of its line; if it is gone already, nothing happens. */
  remove({ appID, finish }: Sending): void {
    const line = this.#lines.get(appID)
    if (line === undefined) return
    line.shift()
    this.#count--
    if (line.length === 0) this.#lines.delete(appID)
    finish()
  }

  /** Finishes everything. Returns how much it was. */
  clear(): number {
    const count = this.#count
    for (const line of this.#lines.values()) for (const { finish } of line) finish()
    this.#lines.clear()
    this.#count = 0
    return count
  }
}
