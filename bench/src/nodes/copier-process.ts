/** A copier in a process of its own, forked by deployment.ts: takes one job, answers when it listens. */
import { once } from 'node:events'
import { connect } from '@nats-io/transport-node'
import { Receivers } from '../servers/receivers.ts'
import { createSocketServer } from '../servers/socket-server.ts'

export interface CopierJob {
  readonly port: number
  readonly relayUrl: string
  /** Subjects: what this one hears, and what the other one hears. */
  readonly own: string
  readonly other: string
}

/** As much as Pillion puts into one message of NATS. */
const BATCH_BYTES_MAX = 40_960
const BLOCK_BYTES = 1_048_576
/** In front of the bytes of one read: number u16 · length u32. */
const HEAD_BYTES = 6

process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => process.exit())
process.once('message', async ({ port, relayUrl, own, other }: CopierJob) => {
  const nats = await connect({ servers: relayUrl })
  const receivers = new Receivers()
  nats.subscribe(own, { callback: (_, { data }) => spread(data, receivers) })
  const batch = new Batch((bytes) => nats.publish(other, bytes))
  const server = createSocketServer(undefined, (socket) =>
    receivers.attach(socket, (number, bytes) => batch.add(number, bytes)),
  )
  server.listen({ port, host: '127.0.0.1' })
  await once(server, 'listening')
  process.send?.('listening')
})

/** What comes in during one turn of the event loop. */
class Batch {
  readonly #send: (bytes: Buffer) => void
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  #start = 0
  #end = 0
  #isDue = false

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send
  }

  add(number: number, bytes: Buffer): void {
    const size = HEAD_BYTES + bytes.length
    if (this.#end - this.#start + size > BATCH_BYTES_MAX || this.#end + size > BLOCK_BYTES) this.#flush()
    // The client has copied what it was given by the time it has gone around once.
    if (this.#end + size > BLOCK_BYTES) this.#start = this.#end = 0
    this.#block.writeUInt16LE(number, this.#end)
    this.#block.writeUInt32LE(bytes.length, this.#end + 2)
    bytes.copy(this.#block, this.#end + HEAD_BYTES)
    this.#end += size
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(this.#run)
  }

  readonly #run = (): void => {
    this.#isDue = false
    this.#flush()
  }

  #flush(): void {
    if (this.#end > this.#start) this.#send(this.#block.subarray(this.#start, this.#end))
    this.#start = this.#end
  }
}

function spread(data: Uint8Array, receivers: Receivers): void {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
  for (let at = 0; at < bytes.length; ) {
    const next = at + HEAD_BYTES + bytes.readUInt32LE(at + 2)
    receivers.write(bytes.readUInt16LE(at), bytes.subarray(at + HEAD_BYTES, next))
    at = next
  }
}
