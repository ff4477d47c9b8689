import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { RunningServer } from '../index.ts'
import { portOf } from '../server.fixture.ts'

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  reserved: 3,
  close: 8,
  ping: 9,
  pong: 10,
} as const

export interface Frame {
  readonly opcode: keyof typeof opcodes
  readonly payload?: Uint8Array
  /** Absent: the last of its message. */
  readonly fin?: boolean
  /** RSV1 = 4, RSV2 = 2, RSV3 = 1. */
  readonly reserved?: number
  readonly masked?: boolean
  /** What its header claims, if not what it has. */
  readonly claims?: number
}

/** A frame as a client sends it, or as it must not (RFC 6455, 5.2). */
function writeFrame({ opcode, payload = Buffer.alloc(0), ...rest }: Frame): Buffer {
  const { fin = true, reserved = 0, masked = true, claims = payload.length } = rest
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcodes[opcode]
  const mask = masked ? 0x80 : 0
  const length = Buffer.alloc(claims < 126 ? 0 : claims < 65_536 ? 2 : 8)
  if (length.length === 2) length.writeUInt16BE(claims)
  if (length.length === 8) length.writeBigUInt64BE(BigInt(claims))
  const second = mask | (length.length === 0 ? claims : length.length === 2 ? 126 : 127)
  const key = masked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0)
  const body = masked ? payload.map((byte, index) => byte ^ ((index % 4) + 1)) : payload
  return Buffer.concat([Buffer.from([first, second]), length, key, body])
}

/** A WebSocket with nothing in between: what is sent are bytes, what came are frames. */
export class RawWebSocket {
  readonly socket: Socket
  /** Head of the server's answer to the upgrade. */
  readonly head: string
  #received: Buffer

  private constructor(socket: Socket, head: string, received: Buffer) {
    this.socket = socket
    this.head = head
    this.#received = received
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes])
    })
  }

  /** Stays half open: it closes neither the WebSocket nor its connection by itself. */
  static async open(server: RunningServer, headers = ''): Promise<RawWebSocket> {
    const socket = connect({ port: portOf(server, 'http'), host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    socket.write(
      `GET /mqtt HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: mqtt\r\n${headers}\r\n`,
    )
    const [answer] = (await once(socket, 'data')) as [Buffer]
    const end = answer.indexOf('\r\n\r\n') + 4
    return new RawWebSocket(socket, answer.toString('latin1', 0, end), answer.subarray(end))
  }

  send(...frames: Frame[]): void {
    this.socket.write(Buffer.concat(frames.map(writeFrame)))
  }

  /** So far; a close frame as its code. */
  get frames(): { opcode: number; payload: Buffer }[] {
    const frames: { opcode: number; payload: Buffer }[] = []
    for (let at = 0; at + 2 <= this.#received.length; ) {
      const short = (this.#received[at + 1] as number) & 0x7f
      const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10)
      if (start > this.#received.length) break
      const length =
        short < 126
          ? short
          : Number(
              short === 126 ? this.#received.readUInt16BE(at + 2) : this.#received.readBigUInt64BE(at + 2),
            )
      if (start + length > this.#received.length) break
      frames.push({
        opcode: (this.#received[at] as number) & 0x0f,
        payload: this.#received.subarray(start, start + length),
      })
      at = start + length
    }
    return frames
  }

  /** Bytes of MQTT so far. */
  get bytes(): Buffer {
    return Buffer.concat(
      this.frames.filter(({ opcode }) => opcode === opcodes.binary).map(({ payload }) => payload),
    )
  }

  /** Code of the close frame, once the server has given up the whole connection, without ours in return; undefined without one. */
  async closeCode(): Promise<number | undefined> {
    const poke = setInterval(() => this.socket.write(writeFrame({ opcode: 'pong' })), 50)
    await new Promise((resolve) => (this.socket.closed ? resolve(0) : this.socket.once('close', resolve)))
    clearInterval(poke)
    return this.frames.find(({ opcode }) => opcode === opcodes.close)?.payload.readUInt16BE(0)
  }
}
