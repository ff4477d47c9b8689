import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { type Connack, encode, type Packet, PacketStream, type ProtocolVersion } from '@pillion/packet'
import { PacketQueue } from './packet-queue.ts'

export interface RawMqttClientOptions {
  /** By default 127.0.0.1. */
  readonly host?: string
  readonly port: number
  /** With it the connection is TLS; such as `{ ca, cert, key }`. */
  readonly tls?: ConnectionOptions
  /** Of what is sent and expected; by default 5. */
  readonly protocolVersion?: ProtocolVersion
}

/** The packet of this type; `Acknowledgement` stands for four of them, so `Extract` would not find it. */
export type PacketOf<Type extends Packet['type'], Each = Packet> = Each extends Packet
  ? Type extends Each['type']
    ? Each
    : never
  : never

/** An MQTT client that does nothing by itself: it sends the bytes and packets it is told to, and waits for those it is asked for. */
export class RawMqttClient {
  readonly socket: Socket
  readonly protocolVersion: ProtocolVersion
  #incoming: PacketQueue

  private constructor(socket: Socket, protocolVersion: ProtocolVersion) {
    this.socket = socket
    this.protocolVersion = protocolVersion
    this.#incoming = new PacketQueue(
      socket,
      new PacketStream({ packetBytesMax: 268_435_460, protocolVersion }),
    )
  }

  /** Opens the socket; rejects if it cannot be opened. */
  static async open({
    host = '127.0.0.1',
    port,
    tls,
    protocolVersion = 5,
  }: RawMqttClientOptions): Promise<RawMqttClient> {
    const socket = tls ? connectTls({ host, port, ...tls }) : connectTcp({ host, port })
    await once(socket, tls ? 'secureConnect' : 'connect')
    socket.setNoDelay(true)
    return new RawMqttClient(socket, protocolVersion)
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  send(packet: Packet): void {
    this.sendBytes(encode(packet, this.protocolVersion))
  }

  /** Sends a CONNECT with these fields over plain defaults and waits for the CONNACK. */
  async connect(fields: Partial<PacketOf<'connect'>> = {}): Promise<Connack> {
    this.send({
      type: 'connect',
      protocolVersion: this.protocolVersion,
      clean: true,
      keepAliveSeconds: 60,
      clientId: '',
      ...fields,
    })
    return this.receive('connack')
  }

  /** The next packet; rejects if it is of another type, does not come in time, or the connection ends before. */
  async receive<Type extends Packet['type']>(
    type: Type,
    deadlineMilliseconds?: number,
  ): Promise<PacketOf<Type>> {
    const packet = await this.#incoming.next(deadlineMilliseconds)
    if (packet.type !== type) throw new Error(`Expected ${type}, got ${JSON.stringify(packet)}`)
    return packet as PacketOf<Type>
  }

  /** The next packet, whatever it is; rejects if none comes in time or the connection ends before. */
  next(deadlineMilliseconds?: number): Promise<Packet> {
    return this.#incoming.next(deadlineMilliseconds)
  }

  /** Resolves if nothing comes within `milliseconds`; rejects with what came. */
  expectSilence(milliseconds: number): Promise<void> {
    return this.#incoming.expectSilence(milliseconds)
  }

  /** Resolves when the other side has closed the connection; packets before that are left to `receive`. */
  closed(deadlineMilliseconds?: number): Promise<void> {
    return this.#incoming.closed(deadlineMilliseconds)
  }

  /** Ends the socket without a DISCONNECT. */
  destroy(): void {
    this.socket.destroy()
  }
}
