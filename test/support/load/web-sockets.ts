/** WebSockets that break the rules, frame by frame. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { deflateRawSync } from 'node:zlib'
import { until } from './until.ts'

const [continuation, text, binary, ping] = [0x0, 0x1, 0x2, 0x9]
const [fin, rsv1] = [0x80, 0x40]
/** Sent at most where nobody stops us. */
const floodBytes = 200_000_000

const oddities = {
  async 'a frame of 256 MB'(socket: Socket) {
    socket.write(header(fin | binary, 268_435_456))
    await repeat(socket, Buffer.alloc(65_536))
  },
  async 'a message of fragments without end'(socket: Socket) {
    socket.write(frame(binary, Buffer.alloc(1_000)))
    await repeat(socket, frame(continuation, Buffer.alloc(1_000)))
  },
  async 'a message of empty fragments without end'(socket: Socket) {
    socket.write(frame(binary, Buffer.alloc(0)))
    await repeat(socket, Buffer.concat(Array(10_000).fill(frame(continuation, Buffer.alloc(0)))))
  },
  async 'a text frame'(socket: Socket) {
    socket.write(frame(fin | text, Buffer.from('CONNECT')))
  },
  async 'a deflate bomb that nobody agreed to'(socket: Socket) {
    socket.write(frame(fin | rsv1 | binary, deflateRawSync(Buffer.alloc(100_000_000))))
  },
  async 'a frame without a mask'(socket: Socket) {
    socket.write(Buffer.from([fin | binary, 1, 0x10]))
  },
  async 'pings whose answers are not read'(socket: Socket) {
    socket.pause()
    await repeat(socket, Buffer.concat(Array(1_000).fill(frame(fin | ping, Buffer.alloc(125)))))
    socket.resume()
  },
}

export type Oddity = keyof typeof oddities

/** Opens them all, lets each do the same, and returns the close codes that came, with their number. */
export async function misbehave(
  port: number,
  count: number,
  oddity: Oddity,
): Promise<Record<string, number>> {
  const codes: Record<string, number> = {}
  const ends = Array.from({ length: count }, async () => {
    const socket = await open(port)
    const received: Buffer[] = []
    socket.on('data', (bytes) => received.push(bytes))
    await oddities[oddity](socket)
    await until(socket, 'close')
    const code = readCloseCode(Buffer.concat(received))
    codes[code] = (codes[code] ?? 0) + 1
  })
  await Promise.all(ends)
  return codes
}

/** Offers compression as well, as browsers do. */
async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  const lines = [
    'GET /mqtt HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Protocol: mqtt',
    'Sec-WebSocket-Extensions: permessage-deflate',
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const [answer] = await once(socket, 'data')
  if (!/^HTTP\/1.1 101 /.test(String(answer))) throw new Error(String(answer))
  return socket
}

async function repeat(socket: Socket, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < floodBytes && !socket.destroyed; sent += bytes.length) {
    if (!socket.write(bytes)) await until(socket, 'drain', 'close')
  }
}

/** Masked with zeros: then the payload stays as it is. */
function frame(firstByte: number, payload: Uint8Array): Buffer {
  return Buffer.concat([header(firstByte, payload.length), payload])
}

function header(firstByte: number, payloadBytes: number): Buffer {
  if (payloadBytes < 126) return Buffer.from([firstByte, 0x80 | payloadBytes, 0, 0, 0, 0])
  const bytes = Buffer.alloc(14)
  bytes[0] = firstByte
  bytes[1] = 0x80 | 127
  bytes.writeBigUInt64BE(BigInt(payloadBytes), 2)
  return bytes
}

/** Of the last frame that came; '' if the end came without. */
function readCloseCode(received: Buffer): string {
  let code = ''
  for (let at = 0; at + 2 <= received.length; at += 2 + (received[at + 1] as number)) {
    if (received[at] === 0x88) code = String(received.readUInt16BE(at + 2))
  }
  return code
}
