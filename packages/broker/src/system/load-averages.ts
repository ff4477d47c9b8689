import type { Counters } from '../counters.ts'

const MINUTES = [1, 5, 15] as const

/** What is averaged, by the name it has below `$SYS/broker/load/`. */
const totals: Readonly<Record<string, (counters: Counters) => number>> = {
  'messages/received': ({ messagesReceived }) => messagesReceived,
  'messages/sent': ({ messagesSent }) => messagesSent,
  'publish/received': ({ messagesReceived }) => messagesReceived,
  'publish/sent': ({ messagesSent }) => messagesSent,
  'publish/dropped': ({ messagesDropped }) => messagesDropped,
  'bytes/received': ({ bytesReceived }) => bytesReceived,
  'bytes/sent': ({ bytesSent }) => bytesSent,
  connections: ({ connectionsAccepted }) => connectionsAccepted,
}

/** Per minute, as moving averages over one, five and fifteen minutes that forget exponentially. */
export class LoadAverages {
  readonly #averages = Object.entries(totals).map(([name, read]) => ({
    name,
    read,
    last: 0,
    perMinute: MINUTES.map(() => 0),
  }))

  /** `seconds` since the last call, or since the counters began. */
  update(counters: Counters, seconds: number): void {
    for (const average of this.#averages) {
      const total = average.read(counters)
      const now = ((total - average.last) * 60) / seconds
      average.last = total
      average.perMinute = average.perMinute.map(
        (before, index) => now + Math.exp(-seconds / 60 / (MINUTES[index] as number)) * (before - now),
      )
    }
  }

  /** `load/messages/received/1min` → `12.34`, and so on. */
  describe(): Record<string, string> {
    return Object.fromEntries(
      this.#averages.flatMap(({ name, perMinute }) =>
        perMinute.map((value, index) => [`load/${name}/${MINUTES[index]}min`, value.toFixed(2)]),
      ),
    )
  }
}
