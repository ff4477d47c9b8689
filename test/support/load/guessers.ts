/** Those who try to get in: with passwords that are not theirs, or with a client id that another one uses. */
import { connect } from 'node:net'
import { type Connack, encode, PacketStream } from '@pillion/packet'

export interface Attempt {
  readonly port: number
  /** Comes from here; 127.x.y.z. */
  readonly localAddress?: string
  readonly username: string
  readonly password: string
  readonly clientId?: string
}

interface Outcome {
  /** Undefined if the server closed without an answer. */
  readonly connack: Connack | undefined
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>
  end(): void
}

function attempt({ port, localAddress, username, password, clientId = '' }: Attempt): Promise<Outcome> {
  const socket = connect({ port, host: '127.0.0.1', ...(localAddress === undefined ? {} : { localAddress }) })
  const stream = new PacketStream({ packetBytesMax: 1_000_000, protocolVersion: 5 })
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const credentials = { username, password: Buffer.from(password) }
  socket
    .on('error', () => {})
    .write(
      encode(
        { type: 'connect', protocolVersion: 5, clean: true, keepAliveSeconds: 60, clientId, ...credentials },
        5,
      ),
    )
  return new Promise((resolve) => {
    const settle = (connack: Connack | undefined) => resolve({ connack, ended, end: () => socket.destroy() })
    socket.on('data', (bytes) => {
      for (const packet of stream.push(bytes)) if (packet.type === 'connack') settle(packet)
    })
    void ended.then(() => settle(undefined))
  })
}

export interface Answers {
  /** CONNACKs in all. */
  readonly count: number
  /** CONNACKs by their reason code. */
  readonly byCode: Readonly<Record<number, number>>
  /** What the reason strings said, each once. */
  readonly reasons: readonly string[]
  /** Attempts that were closed without an answer. */
  readonly unanswered: number
  readonly seconds: number
}

class Tally {
  readonly byCode: Record<number, number> = {}
  readonly #reasons = new Set<string>()
  #unanswered = 0
  readonly #startedAt = performance.now()

  add(connack: Connack | undefined): void {
    if (connack === undefined) {
      this.#unanswered++
      return
    }
    this.byCode[connack.reasonCode] = (this.byCode[connack.reasonCode] ?? 0) + 1
    const text = connack.properties?.reasonString
    if (text !== undefined) this.#reasons.add(text)
  }

  get answers(): Answers {
    return {
      count: Object.values(this.byCode).reduce((sum, count) => sum + count, 0),
      byCode: this.byCode,
      reasons: [...this.#reasons],
      unanswered: this.#unanswered,
      seconds: (performance.now() - this.#startedAt) / 1_000,
    }
  }
}

/** Tries all of them, `underWay` at a time. */
export async function tryAll(attempts: readonly Attempt[], underWay: number): Promise<Answers> {
  const tally = new Tally()
  let next = 0
  const tryInTurn = async () => {
    while (next < attempts.length) {
      const { connack, end } = await attempt(attempts[next++] as Attempt)
      tally.add(connack)
      end()
    }
  }
  await Promise.all(Array.from({ length: underWay }, tryInTurn))
  return tally.answers
}

/** Tries them over and over for so long, `underWay` at a time; counts what was answered within that time. */
export async function tryFor(
  attempts: readonly Attempt[],
  underWay: number,
  seconds: number,
): Promise<Answers> {
  const tally = new Tally()
  const endsAt = performance.now() + seconds * 1_000
  let next = 0
  const tryInTurn = async () => {
    while (performance.now() < endsAt) {
      const { connack, end } = await attempt(attempts[next++ % attempts.length] as Attempt)
      if (performance.now() < endsAt) tally.add(connack)
      end()
    }
  }
  void Promise.all(Array.from({ length: underWay }, tryInTurn))
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  return tally.answers
}

/** So many clients for so long, each of which connects again as soon as it is thrown out or not let in. */
export async function fight(as: Attempt, clients: number, seconds: number): Promise<Answers> {
  const tally = new Tally()
  const endsAt = performance.now() + seconds * 1_000
  const fightOn = async () => {
    while (performance.now() < endsAt) {
      const { connack, ended } = await attempt(as)
      if (performance.now() < endsAt) tally.add(connack)
      await ended
    }
  }
  for (let index = 0; index < clients; index++) void fightOn()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  return tally.answers
}
