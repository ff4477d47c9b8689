/** The relay in a process of its own, forked by relay.ts: takes one job, answers when it listens. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { decode, encode } from '@pillion/packet'
import { RawStream } from '../raw-stream.ts'
import type { CertificateFiles } from './certificate.ts'
import { createSocketServer } from './socket-server.ts'

export interface RelayJob {
  readonly port: number
  readonly certificate?: CertificateFiles
}

const connack = encode({ type: 'connack', sessionPresent: false, reasonCode: 0 }, 4)
const suback = encode({ type: 'suback', packetId: 1, reasonCodes: [0] }, 4)

const SUBSCRIBE = 0x82

const readBuffer = Buffer.allocUnsafeSlow(65_536)
const SLAB_BYTES = 65_536
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
let slabUsed = 0

/** By the number in their username, in which a partner and its vehicle agree. */
const subscribers = new Map<number, RawStream[]>()

process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => process.exit())
process.once('message', async ({ port, certificate }: RelayJob) => {
  const server = createSocketServer(certificate, attach)
  server.listen({ port, host: '127.0.0.1' })
  await once(server, 'listening')
  process.send?.('listening')
})

function attach(socket: Socket): void {
  socket.on('error', () => {})
  /** What is done with the next bytes; at first they are a CONNECT. */
  let take = (length: number): void => {
    const peers = findPeers(Buffer.from(readBuffer.subarray(0, length)))
    stream.write(connack)
    take = (length) => {
      if (readBuffer[0] === SUBSCRIBE) {
        peers.push(stream)
        stream.write(suback)
        // A subscriber says no more than DISCONNECT.
        take = () => void socket.destroy()
      } else {
        take = (length) => copyTo(peers, length)
        take(length)
      }
    }
  }
  const stream = new RawStream(socket, readBuffer, (length) => take(length))
}

function copyTo(peers: readonly RawStream[], length: number): void {
  const bytes = copyOut(length)
  for (let i = 0; i < peers.length; i++) (peers[i] as RawStream).write(bytes)
}

function findPeers(connect: Buffer): RawStream[] {
  const packet = decode(connect, 0, connect.length, undefined)
  const name = packet.type === 'connect' ? (packet.username ?? '') : ''
  const number = Number(/\d+$/.exec(name)?.[0])
  const peers = subscribers.get(number) ?? []
  subscribers.set(number, peers)
  return peers
}

/** Into memory that does not change any more, cut from a slab: an ArrayBuffer per read would cost more than the copy. */
function copyOut(length: number): Buffer {
  if (slabUsed + length > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
    slabUsed = 0
  }
  const bytes = slab.subarray(slabUsed, slabUsed + length)
  readBuffer.copy(bytes, 0, 0, length)
  slabUsed += length
  return bytes
}
