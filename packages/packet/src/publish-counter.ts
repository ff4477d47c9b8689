const PUBLISH = 0x30

/** Told the last byte of each PUBLISH, which a load may have used as a mark. */
export type OnPublish = (lastByte: number) => void

/**
 * Counts the PUBLISH packets of a byte stream by their lengths, without looking inside and without keeping
 * bytes: what a packet costs here is a few nanoseconds, so that the receiver of a load never holds a server back.
 */
export class PublishCounter {
  #stage: 'first byte' | 'length' | 'body' = 'first byte'
  #isPublish = false
  #shift = 0
  #remaining = 0

  /** Takes the next bytes of the stream, chunk[start, end); returns how many PUBLISH packets ended in them. */
  count(chunk: Uint8Array, start: number, end: number, onPublish?: OnPublish): number {
    let publishes = 0
    let at = start
    while (at < end) {
      if (this.#stage === 'first byte') {
        const next = endOfPacket(chunk, at, end)
        if (next > 0) {
          // Nearly every packet: it is there as a whole.
          if (((chunk[at] as number) & 0xf0) === PUBLISH) {
            publishes++
            onPublish?.(chunk[next - 1] as number)
          }
          at = next
          continue
        }
        this.#isPublish = ((chunk[at++] as number) & 0xf0) === PUBLISH
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
      const step = Math.min(this.#remaining, end - at)
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

/** Where the packet at `at` ends, if all of it stands in chunk[at, end) and its length has one or two bytes; otherwise 0. */
function endOfPacket(chunk: Uint8Array, at: number, end: number): number {
  if (end - at < 3) return 0
  const low = chunk[at + 1] as number
  const high = chunk[at + 2] as number
  const next = low < 0x80 ? at + 2 + low : high < 0x80 ? at + 3 + ((low & 0x7f) | (high << 7)) : end + 1
  return next <= end ? next : 0
}
