import type { IClientOptions } from 'mqtt'
import { type Link, openLink } from './link.ts'

/** How connections come about, and time: a port for tests. `FakePartner` of `@pillion/testkit` is one without a network. */
export interface Network {
  /** Opens a connection; rejects with the plain error of the first thing that went wrong, and ends with the signal. */
  openLink(
    options: IClientOptions,
    receive: (topic: string, payload: string) => void,
    signal: AbortSignal,
  ): Promise<Link>
  /** Calls back once, never inside the call. The result cancels it. */
  after(milliseconds: number, callback: () => void): () => void
}

/** Node's longest timer: 24 days. */
const timerMillisecondsMax = 2 ** 31 - 1

export const mqttNetwork: Network = {
  openLink,
  after(milliseconds, callback) {
    // Nobody waits for a time-out alone: it must not keep the process alive.
    const timer = setTimeout(callback, Math.min(milliseconds, timerMillisecondsMax)).unref()
    return () => clearTimeout(timer)
  },
}
