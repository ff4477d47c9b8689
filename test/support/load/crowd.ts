/** A fleet of clients as they are in the field: they connect, stay, and come back when they lose the server. */
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { encode, PacketStream } from '@pillion/packet'
import { type SignIn, subscribePacket } from './sign-in.ts'

/** How many handshakes are under way at once while nobody has lost anything: a server's accept queue is short. */
const underWay = 64

class Member {
  readonly #options: SignIn
  /** Subscribed, where it wants that; else connected. */
  ready = false
  /** Since the last `forget`. */
  received = 0
  stays = true
  #socket: Socket | undefined
  #failures = 0

  constructor(options: SignIn) {
    this.#options = options
  }

  /** Resolves once it is ready, or has lost its connection before. */
  open(): Promise<void> {
    const { port, username = '', password = '', clientId = username, topicFilters = [] } = this.#options
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const stream = new PacketStream({ packetBytesMax: 1_000_000, protocolVersion: 4 })
    this.#socket = socket
    socket.write(
      encode(
        {
          type: 'connect',
          protocolVersion: 4,
          clean: true,
          keepAliveSeconds: 60,
          clientId,
          username,
          password: Buffer.from(password),
        },
        4,
      ),
    )
    return new Promise((resolve) => {
      const begin = () => {
        this.ready = true
        this.#failures = 0
        resolve()
      }
      socket.on('data', (bytes) => {
        for (const packet of stream.push(bytes)) {
          if (packet.type === 'publish') this.received++
          else if (packet.type === 'connack' && packet.reasonCode !== 0) socket.destroy()
          else if (packet.type === 'connack' && topicFilters.length > 0)
            socket.write(encode(subscribePacket(1, topicFilters), 4))
          else begin()
        }
      })
      socket.on('error', () => {})
      socket.on('close', () => {
        this.ready = false
        resolve()
        if (this.stays) setTimeout(() => void this.open(), this.#backOffMilliseconds())
      })
    })
  }

  /** A second at first, then twice as long each time, each give or take a half. */
  #backOffMilliseconds(): number {
    return 1_000 * 2 ** this.#failures++ * (0.5 + Math.random())
  }

  close(): Promise<void> {
    this.stays = false
    return new Promise((resolve) => {
      this.#socket?.on('close', () => resolve())
      this.#socket?.end(encode({ type: 'disconnect', reasonCode: 0 }, 4))
    })
  }
}

let members: Member[] = []

/** Every one signs in, and is gone again as soon as it is in. Fails unless all get in. */
export async function comeAndGo(signIns: readonly SignIn[]): Promise<{ seconds: number }> {
  const startedAt = performance.now()
  await inTurn(signIns, async (options) => {
    const member = new Member(options)
    await member.open()
    if (!member.ready) throw new Error(`${options.username} did not get in`)
    await member.close()
  })
  return { seconds: (performance.now() - startedAt) / 1_000 }
}

/** Resolves when everyone is in. From then on they come back by themselves. */
export async function settleIn(signIns: readonly SignIn[]): Promise<void> {
  members = signIns.map((options) => new Member(options))
  await inTurn(members, (member) => member.open())
  await untilAllReady()
}

/** Resolves when everyone is in again. */
export async function untilAllReady(): Promise<void> {
  while (!members.every(({ ready }) => ready)) await sleep(20)
}

/** Resolves when nobody is. */
export async function untilNobodyReady(): Promise<void> {
  while (members.some(({ ready }) => ready)) await sleep(20)
}

/** How many have received exactly so many messages. */
export function countThoseWhoReceived(messages: number): number {
  return members.filter(({ received }) => received === messages).length
}

async function inTurn<Each>(all: readonly Each[], act: (each: Each) => Promise<void>): Promise<void> {
  let next = 0
  const actInTurn = async () => {
    while (next < all.length) await act(all[next++] as Each)
  }
  await Promise.all(Array.from({ length: underWay }, actInTurn))
}
