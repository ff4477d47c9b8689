import { Listeners } from './listeners.ts'
import type { NodesLog } from './options.ts'
import type { NoticeWord } from './words.ts'

/** Short words between the nodes about what changed in the store. */
export interface Notices {
  /**
   * To every other node, in order: JSON, at most `relayNoticeBytesMax`. Never throws. What cannot be sent is missed by the
   * others, and they are told so.
   */
  tell(subject: string, body: unknown): void
  /** Returns what ends it. */
  listen(listener: NoticeListener): () => void
}

export interface NoticeListener {
  notice(subject: string, body: unknown, from: string): void
  /** Some may have been missed, because this node or another was cut off or has just come: read everything again. */
  missed(): void
}

export interface NoticeBoardOptions {
  readonly bytesMax: number
  readonly log: NodesLog
  /** To every other node, if NATS is there. */
  send(word: NoticeWord): void
}

export class NoticeBoard implements Notices {
  readonly #options: NoticeBoardOptions
  readonly #listeners: Listeners<NoticeListener>
  #told = 0
  #isMissing = false

  constructor(options: NoticeBoardOptions) {
    this.#options = options
    this.#listeners = new Listeners(options.log)
  }

  get told(): number {
    return this.#told
  }

  tell(subject: string, body: unknown): void {
    // Its number is used up in any case: the others see that one is missing.
    this.#told++
    const bytes = measureJson(subject, body)
    if (bytes <= this.#options.bytesMax) this.#options.send({ is: 'notice', n: this.#told, subject, body })
    else
      this.#options.log.warn(
        { subject, bytes },
        'a notice is too large: the other nodes read everything again',
      )
  }

  listen(listener: NoticeListener): () => void {
    return this.#listeners.add(listener)
  }

  /** What another node told. */
  hear({ subject, body }: NoticeWord, from: string): void {
    this.#listeners.tell((listener) => listener.notice(subject, body, from))
  }

  /** Once for several nodes that come at the same time. */
  miss(): void {
    if (this.#isMissing) return
    this.#isMissing = true
    setImmediate(() => {
      this.#isMissing = false
      this.#listeners.tell((listener) => listener.missed())
    })
  }
}

/** Infinity if it cannot be written as JSON. */
function measureJson(subject: string, body: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify([subject, body]))
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
