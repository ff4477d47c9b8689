import type { Clock, Transport, TransportEvents } from '@pillion/host'

/**
 * A connection on which every message takes its time, each way and in order. What is on its way when the connection ends is lost, as it
 * is with QoS 0; what the server kept comes at once, for it is acknowledged at once.
 */
export class SlowTransport implements Transport {
  /** For messages from now on; 0: at once. */
  delaySeconds = 0
  #transport: Transport
  #clock: Clock
  /** What to do with each message on its way, should the connection end. */
  #underway = new Set<() => void>()
  /** When the last message each way arrives: none overtakes another after the delay was made shorter. */
  #lastAt = { in: 0, out: 0 }
  #onStop: () => void

  constructor(transport: Transport, clock: Clock, onStop: () => void = () => {}) {
    this.#transport = transport
    this.#clock = clock
    this.#onStop = onStop
  }

  start(events: TransportEvents): void {
    this.#transport.start({
      connected: () => events.connected(),
      disconnected: () => {
        this.#lose()
        events.disconnected()
      },
      message: (topicName, payload) => this.#later('in', () => events.message(topicName, payload)),
      kept: (messages) => events.kept(messages),
    })
  }

  allow(online: boolean): void {
    if (!online) this.#lose()
    this.#transport.allow(online)
  }

  publish(topicName: string, payload: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => resolve(this.#transport.publish(topicName, payload))
      this.#later('out', leave, () =>
        reject(new Error('The connection ended while the message was on its way.')),
      )
    })
  }

  stop(): void {
    this.#lose()
    this.#transport.stop()
    this.#onStop()
  }

  #later(way: 'in' | 'out', arrive: () => void, lost: () => void = () => {}): void {
    const now = this.#clock.now()
    const at = Math.max(now + this.delaySeconds * 1_000, this.#lastAt[way])
    if (at <= now) {
      arrive()
      return
    }
    this.#lastAt[way] = at
    const cancel = this.#clock.after(at - now, () => {
      this.#underway.delete(lose)
      arrive()
    })
    const lose = () => {
      cancel()
      lost()
    }
    this.#underway.add(lose)
  }

  #lose(): void {
    for (const lose of this.#underway) lose()
    this.#underway.clear()
    this.#lastAt = { in: 0, out: 0 }
  }
}
