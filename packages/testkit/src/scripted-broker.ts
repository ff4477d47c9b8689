import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { encode, type Packet, PacketStream } from '@pillion/packet'

/** One client's connection, in the hands of the script. */
export interface ScriptedConnection {
  readonly socket: Socket
  send(packet: Packet): void
}

/**
 * A listener that speaks MQTT 5 by a script, for what a real broker cannot be brought to do at will: refuse,
 * stay silent, take over. The script is called with each packet.
 */
export class ScriptedBroker {
  /** Everything that came, oldest first. */
  readonly packets: Packet[] = []
  #server: Server
  #sockets = new Set<Socket>()

  private constructor(script: (packet: Packet, connection: ScriptedConnection) => void) {
    this.#server = createServer((socket) => this.#accept(socket, script))
  }

  static async listen(
    script: (packet: Packet, connection: ScriptedConnection) => void,
  ): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker(script)
    broker.#server.listen(0, '127.0.0.1')
    await once(broker.#server, 'listening')
    return broker
  }

  get url(): string {
    return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How many packets of this type have come. */
  count(type: Packet['type']): number {
    return this.packets.filter((packet) => packet.type === type).length
  }

  /** Cuts every connection. Idempotent. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(socket: Socket, script: (packet: Packet, connection: ScriptedConnection) => void): void {
    this.#sockets.add(socket)
    const stream = new PacketStream({ packetBytesMax: 1_000_000 })
    const connection = { socket, send: (packet: Packet) => void socket.write(encode(packet, 5)) }
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (chunk) => {
      for (const packet of stream.push(chunk)) {
        this.packets.push(packet)
        script(packet, connection)
      }
    })
  }
}
