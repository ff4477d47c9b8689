import { type MailboxMessage, type MailboxReceipt, parseMailboxPortion } from '@pillion/schema'
import type { KeptMessage } from './ports/transport.ts'

/** More than a server hands over before it has heard of any. */
const REMEMBERED_MAX = 10_000

/**
 * Takes what the server kept while no head unit was connected, each message once: one whose receipt was lost comes again with
 * the next connection.
 */
export class MailboxReader {
  readonly #taken = new Set<string>()

  /**
   * Hands each message on, oldest first, until `take` wants no more. The result is the receipt; undefined if there is
   * nothing to acknowledge. What `take` throws is for `failed`: a message that breaks something is not to come again for ever.
   */
  read(
    payload: Uint8Array,
    take: (message: KeptMessage) => boolean,
    failed: (error: unknown) => void,
  ): Uint8Array | undefined {
    const messages = parseMailboxPortion(new TextDecoder().decode(payload)) ?? []
    const taken: number[] = []
    for (const message of messages) {
      if (!this.#isTaken(message)) {
        try {
          if (!take(message)) break
        } catch (error) {
          failed(error)
        }
        this.#remember(message)
      }
      taken.push(message.key)
    }
    if (taken.length === 0) return undefined
    const receipt: MailboxReceipt = { taken }
    return new TextEncoder().encode(JSON.stringify(receipt))
  }

  #isTaken(message: MailboxMessage): boolean {
    return this.#taken.has(nameOf(message))
  }

  #remember(message: MailboxMessage): void {
    this.#taken.add(nameOf(message))
    if (this.#taken.size <= REMEMBERED_MAX) return
    const [oldest] = this.#taken
    if (oldest !== undefined) this.#taken.delete(oldest)
  }
}

/** A server that lost its data, or another one, may use a key again. */
function nameOf({ key, receivedAt }: MailboxMessage): string {
  return `${key} ${receivedAt}`
}
