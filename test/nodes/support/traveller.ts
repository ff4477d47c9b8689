import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { encode, type Packet, PacketStream, type ProtocolVersion } from '@pillion/packet'
import { parseMailboxPortion, vehicleMailboxTopic } from '@pillion/schema'
import { publishPacket, subscribePacket } from '../../support/load/sign-in.ts'

/** By then a node that does not answer is given up. */
const patienceMilliseconds = 3_000
const backOffMilliseconds = 100

export interface TravellerOptions {
  readonly username: string
  readonly password: string
  readonly topicFilters: readonly string[]
  /** Then it takes what its mailbox holds. */
  readonly vin?: string
  /** Ports of the nodes; where it goes when its connection ends: the next one. */
  readonly ports: readonly number[]
  /** A message, in the order of its connection; `isKept` if it was in the mailbox. */
  received(payload: Uint8Array, connection: Connection, isKept: boolean): void
}

/** How a connection ended. */
export interface End {
  /** Of a DISCONNECT of version 5, if there was one. */
  readonly reasonCode: number | undefined
  readonly serverReference: string | undefined
}

/** An MQTT client that comes back, at another node if need be, as long as it is told to be there. */
export class Traveller {
  readonly options: TravellerOptions
  /** Of all connections that ended, oldest first. */
  readonly ends: End[] = []
  #connection: Connection | undefined
  #isWanted = false
  #coming: Promise<void> = Promise.resolve()
  readonly #takenKeys = new Set<number>()
  /** Kept messages that came again, as nobody had heard that they were taken. */
  comeAgain = 0

  constructor(options: TravellerOptions) {
    this.options = options
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen ?? false
  }

  get connection(): Connection | undefined {
    return this.isConnected ? this.#connection : undefined
  }

  /** Signs in there. An older connection stays as it is: the server ends it, or nobody does. */
  async come(port: number): Promise<void> {
    this.#isWanted = true
    const connection = await Connection.open(port, this.options, {
      publish: (from, topicName, payload) => this.#receive(from, topicName, payload),
      ended: (from, end) => {
        this.ends.push(end)
        if (from === this.#connection && this.#isWanted) this.#coming = this.#comeBack(port, end)
      },
    })
    this.#connection = connection
  }

  /** Resolves when it is back, if it is on its way. */
  async back(): Promise<void> {
    await this.#coming
  }

  leave(): void {
    this.#isWanted = false
    this.#connection?.close()
    this.#connection = undefined
  }

  async #comeBack(from: number, { serverReference }: End): Promise<void> {
    const { ports } = this.options
    const named = Number(serverReference?.split(':').at(-1))
    let index = ports.includes(named) ? ports.indexOf(named) : ports.indexOf(from) + 1
    for (; this.#isWanted; index++) {
      try {
        return await this.come(ports[index % ports.length] as number)
      } catch {
        await wait(backOffMilliseconds * (0.5 + Math.random()))
      }
    }
  }

  #receive(connection: Connection, topicName: string, payload: Uint8Array): void {
    const { vin } = this.options
    if (vin === undefined || topicName !== vehicleMailboxTopic(vin)) {
      this.options.received(payload, connection, false)
      return
    }
    const messages = parseMailboxPortion(Buffer.from(payload).toString()) ?? []
    for (const message of messages) {
      if (this.#takenKeys.has(message.key)) this.comeAgain++
      else this.options.received(Buffer.from(message.payload), connection, true)
      this.#takenKeys.add(message.key)
    }
    if (messages.length === 0) return
    const receipt = JSON.stringify({ taken: messages.map(({ key }) => key) })
    connection.send(publishPacket(topicName, Buffer.from(receipt)))
  }
}

let opened = 0

interface ConnectionEvents {
  publish(connection: Connection, topicName: string, payload: Uint8Array): void
  ended(connection: Connection, end: End): void
}

/** One connection of a traveller, signed in and subscribed. Whatever it sent before a ping that was answered has reached the node. */
export class Connection {
  readonly port: number
  isOpen = false
  readonly #socket: Socket
  readonly #version: ProtocolVersion = 5
  /** Another for each: what a sender sent on one connection keeps its order, not what it sent on two. */
  readonly number = opened++
  #answered: (packet: Packet) => void = () => {}
  readonly #fences: (() => void)[] = []

  static async open(
    port: number,
    { username, password, topicFilters, vin }: TravellerOptions,
    events: ConnectionEvents,
  ): Promise<Connection> {
    const connection = new Connection(port, events)
    const filters = vin === undefined ? topicFilters : [...topicFilters, vehicleMailboxTopic(vin)]
    const clientId = `traveller-${username}`
    try {
      const connack = await connection.#ask('connack', {
        type: 'connect',
        protocolVersion: 5,
        clean: true,
        keepAliveSeconds: 60,
        clientId,
        username,
        password: Buffer.from(password),
      })
      if (connack.reasonCode !== 0) throw new Error(`CONNACK ${connack.reasonCode}`)
      const suback = await connection.#ask('suback', subscribePacket(1, filters))
      if (suback.reasonCodes.some((code) => code !== 0)) throw new Error(`SUBACK ${suback.reasonCodes}`)
    } catch (error) {
      connection.close()
      throw error
    }
    connection.isOpen = true
    return connection
  }

  private constructor(port: number, events: ConnectionEvents) {
    this.port = port
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const stream = new PacketStream({ packetBytesMax: 268_435_460, protocolVersion: this.#version })
    let end: End = { reasonCode: undefined, serverReference: undefined }
    this.#socket.on('data', (bytes) => {
      for (const packet of stream.push(bytes)) {
        if (packet.type === 'publish') events.publish(this, packet.topicName, packet.payload)
        else if (packet.type === 'pingresp') this.#fences.shift()?.()
        else if (packet.type === 'disconnect')
          end = { reasonCode: packet.reasonCode, serverReference: packet.properties?.serverReference }
        else this.#answered(packet)
      }
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      const wasOpen = this.isOpen
      this.isOpen = false
      if (wasOpen) events.ended(this, end)
    })
  }

  send(packet: Packet): void {
    this.#socket.write(encode(packet, this.#version))
  }

  /** `reached` is called once everything sent so far has; never, if the connection ends before. */
  fence(reached: () => void): void {
    this.#fences.push(reached)
    this.send({ type: 'pingreq' })
  }

  close(): void {
    this.#socket.destroy()
  }

  #ask<Type extends 'connack' | 'suback'>(
    type: Type,
    packet: Packet,
  ): Promise<Extract<Packet, { type: Type }>> {
    const { promise, resolve, reject } = Promise.withResolvers<Extract<Packet, { type: Type }>>()
    const fail = () => reject(new Error(`no ${type} from port ${this.port}`))
    const timer = setTimeout(fail, patienceMilliseconds)
    this.#socket.once('close', fail)
    this.#answered = (answer) => {
      if (answer.type === type) resolve(answer as Extract<Packet, { type: Type }>)
      else fail()
    }
    this.send(packet)
    const settle = () => {
      clearTimeout(timer)
      this.#socket.off('close', fail)
    }
    promise.then(settle, settle)
    return promise
  }
}
