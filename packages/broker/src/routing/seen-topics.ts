const HASHES = 65_536

/**
 * Remembers, more or less, which topic names came lately. A route is only kept for a topic that comes a second time, so
 * that whoever uses every topic once, such as one with a time stamp in it, does not fill the memory with routes.
 */
export class SeenTopics {
  readonly #hashes = new Uint32Array(HASHES)

  /** Was it here before? Notes that it was now. */
  note(topicName: string): boolean {
    let hash = 0x81_1c_9d_c5
    for (let i = 0; i < topicName.length; i++) hash = Math.imul(hash ^ topicName.charCodeAt(i), 0x01_00_01_93)
    hash >>>= 0
    const place = hash % HASHES
    if (this.#hashes[place] === hash) return true
    this.#hashes[place] = hash
    return false
  }
}
