/**
 * Counts the PUBLISH packets in a byte stream by their lengths, without looking inside and without keeping
 * bytes: what a frame costs here is a few nanoseconds, so that the receiving side never holds a server back.
 */
export class PublishCounter {
  #stage: 'first byte' | 'length' | 'body' = 'first byte'
  #isPublish = false
  #shift = 0
  #remaining = 0

  /**
   * Takes the next `length` bytes of the stream and returns how many PUBLISH packets ended in them.
   * `onPublish` is told the last byte of each, which a workload may have used as a mark.
   */
  count(chunk: Uint8Array, length: number, onPublish?: (lastByte: number) => void): number {
    let publishes = 0
    let at = 0
    while (at < length) {
      if (this.#stage === 'first byte') {
        this.#isPublish = ((chunk[at++] as number) & 0xf0) === 0x30
        this.#stage = 'length'
        this.#shift = 0
        this.#remaining = 0
        continue
      }
      if (this.#stage === 'length') {
        const byte = chunk[at++] as number
        this.#remaining |= (byte & 0x7f) << this.#shift
        this.#shift += 7
        if (byte >= 0x80) continue
        this.#stage = this.#remaining === 0 ? 'first byte' : 'body'
        continue
      }
      const step = Math.min(this.#remaining, length - at)
      at += step
      this.#remaining -= step
      if (this.#remaining > 0) break
      this.#stage = 'first byte'
      if (!this.#isPublish) continue
      publishes++
      onPublish?.(chunk[at - 1] as number)
    }
    return publishes
  }
}
