import { type PushConnectionCode, PushConnectionError } from './connection-error.ts'
import type { ConnectionChange } from './keep-connected.ts'
import type { ReceivedMessage } from './received-message.ts'

/** What tabs tell each other. Errors go as plain objects: a copy would lose their class. */
type Note =
  | { readonly kind: 'message'; readonly message: ReceivedMessage }
  | { readonly kind: 'status'; readonly change: PlainChange }
  | { readonly kind: 'ask' }

interface PlainChange extends Omit<ConnectionChange, 'error'> {
  readonly error?: { readonly code: PushConnectionCode; readonly message: string }
}

export interface TabEvents {
  /** From the tab that holds the connection. */
  message(message: ReceivedMessage): void
  status(change: ConnectionChange): void
  /** Another tab wants to know how the connection stands. */
  asked(): void
}

/** The tabs of one browser that want the same installation's messages: one holds the connection, the others listen to it. */
export class Tabs {
  readonly #name: string
  readonly #channel: BroadcastChannel

  /** @param name the same for tabs that belong together */
  constructor(name: string, events: TabEvents) {
    this.#name = name
    this.#channel = new BroadcastChannel(name)
    this.#channel.onmessage = ({ data }: MessageEvent<Note>) => {
      if (data.kind === 'message') events.message(data.message)
      else if (data.kind === 'status') events.status(fromPlain(data.change))
      else events.asked()
    }
  }

  /** Not in pages that came over plain HTTP from elsewhere, and not in every browser. */
  static arePossible(): boolean {
    return globalThis.navigator?.locks !== undefined && typeof BroadcastChannel === 'function'
  }

  /**
   * Calls `hold` as soon as no other tab holds the connection: a lock passes on when its tab goes, however it goes. It ends
   * with `hold`, or with the signal. Where locks are forbidden, as in sandboxed frames, each tab holds its own.
   */
  async takeTurn(hold: () => Promise<void>, signal: AbortSignal): Promise<void> {
    this.#post({ kind: 'ask' })
    let isHeld = false
    const holdLocked = () => {
      isHeld = true
      return hold()
    }
    await navigator.locks.request(this.#name, { signal }, holdLocked).catch((error: unknown) => {
      if (isHeld || signal.aborted) throw error
      return hold()
    })
  }

  tellMessage(message: ReceivedMessage): void {
    this.#post({ kind: 'message', message })
  }

  tellStatus(change: ConnectionChange): void {
    this.#post({ kind: 'status', change: toPlain(change) })
  }

  close(): void {
    this.#channel.close()
  }

  #post(note: Note): void {
    this.#channel.postMessage(note)
  }
}

function toPlain({ error, ...change }: ConnectionChange): PlainChange {
  return error === undefined ? change : { ...change, error: { code: error.code, message: error.message } }
}

function fromPlain({ error, ...change }: PlainChange): ConnectionChange {
  return error === undefined
    ? change
    : { ...change, error: new PushConnectionError(error.code, error.message) }
}
