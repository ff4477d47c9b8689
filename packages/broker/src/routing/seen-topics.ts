import { hashText } from './hash-text.ts'

const HASHES = 65_536

/**
 * Remembers, more or less, which topic names came lately. A route is only kept for a topic that comes a second time, so
 * that whoever uses every topic once, such as one with a time stamp in it, does not fill the memory with routes.
 */
export class SeenTopics {
  readonly #hashes = new Uint32Array(HASHES)

  /** Was it here before? Notes that it was now. */
  note(topicName: string): boolean {
    const hash = hashText(topicName)
    const place = hash % HASHES
    if (this.#hashes[place] === hash) return true
    this.#hashes[place] = hash
    return false
  }
}
