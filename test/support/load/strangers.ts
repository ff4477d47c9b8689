/** Those who connect and do not do what one does then. */
import { connect, type Socket } from 'node:net'
import { encode } from '@pillion/packet'
import { type SignIn, signIn } from './sign-in.ts'
import { until } from './until.ts'

export interface Ending {
  /** Until the last was closed. */
  readonly seconds: number
  /** Bytes that came back. */
  readonly answerBytes: number
}

/** Connects and says nothing. */
export function beSilent(port: number, count: number): Promise<Ending> {
  return untilClosed(count, () => connect({ port, host: '127.0.0.1' }))
}

/** Sends a CONNECT byte by byte, so slowly that it is not over when its time is. */
export function dribble(port: number, count: number, seconds: number): Promise<Ending> {
  const packet = encode(
    {
      type: 'connect',
      protocolVersion: 4,
      clean: true,
      keepAliveSeconds: 0,
      clientId: 'x'.repeat(50),
    },
    4,
  )
  return untilClosed(count, () => {
    const socket = connect({ port, host: '127.0.0.1' })
    let at = 0
    const timer = setInterval(
      () => void socket.write(packet.subarray(at, ++at)),
      (seconds / packet.length) * 1_000,
    )
    return socket.on('close', () => clearInterval(timer))
  })
}

/** Says that 256 MB will follow, and lets them follow, as the first packet or, with `credentials`, after a CONNECT. */
export function claim(port: number, count: number, firstByte: number, credentials?: SignIn): Promise<Ending> {
  return untilClosed(count, async () => {
    const socket =
      credentials === undefined
        ? connect({ port, host: '127.0.0.1' })
        : (await signIn({ ...credentials, protocolVersion: 5 })).socket.removeAllListeners('data')
    void overwhelm(socket, firstByte)
    return socket
  })
}

const remainingLengthMax = 268_435_455

async function overwhelm(socket: Socket, firstByte: number): Promise<void> {
  socket.write(Uint8Array.of(firstByte, 0xff, 0xff, 0xff, 0x7f))
  const chunk = new Uint8Array(65_536)
  for (let sent = 0; sent < remainingLengthMax && !socket.destroyed; sent += chunk.length) {
    if (!socket.write(chunk)) await until(socket, 'drain', 'close')
  }
}

/** Opens them 64 at a time: a server's accept queue is short. */
async function untilClosed(count: number, open: () => Socket | Promise<Socket>): Promise<Ending> {
  let answerBytes = 0
  let opened = 0
  const closed: Promise<void>[] = []
  let startedAt = performance.now()
  const openInTurn = async () => {
    while (opened++ < count) {
      const socket = await open()
      socket.on('error', () => {}).on('data', (bytes) => (answerBytes += bytes.length))
      closed.push(until(socket, 'close'))
      if (socket.connecting) await until(socket, 'connect', 'close')
    }
  }
  await Promise.all(Array.from({ length: 64 }, openInTurn))
  startedAt = performance.now()
  await Promise.all(closed)
  return { seconds: (performance.now() - startedAt) / 1_000, answerBytes }
}
