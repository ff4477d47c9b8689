import { once } from 'node:events'
import net from 'node:net'
import { PacketStream } from '@pillion/packet'
import type { HostileSequence } from './hostile-sequence.ts'

const packetBytesMax = 1_000_000

/**
 * Plays one sequence against the broker and reads everything it answers, which must be MQTT. Returns how many messages
 * it got; undefined if it was reset, and what was on its way to it is not known.
 */
export async function playSequence(sequence: HostileSequence, port: number): Promise<number | undefined> {
  // Not half open by itself: what the broker sends until it closes its side is read.
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.setNoDelay(true)
  // The broker may close while this side still writes.
  socket.on('error', () => {})
  const answers = new Answers()
  socket.on('data', (bytes) => answers.push(bytes))
  const closed = once(socket, 'end').catch(() => {})
  await once(socket, 'connect')
  for (const chunk of sequence.chunks) {
    if (!socket.writable) break
    socket.write(chunk)
    if (sequence.chunks.length > 1) await new Promise(setImmediate)
  }
  if (sequence.ending === 'reset') {
    socket.resetAndDestroy()
    return undefined
  }
  if (sequence.ending === 'wait')
    await Promise.race([closed, new Promise((resume) => setTimeout(resume, 20))])
  socket.end()
  await closed
  if (answers.error !== undefined) throw answers.error
  return answers.messages
}

/** Counts messages in what a broker sends, in whichever version it answers. */
class Answers {
  messages = 0
  error: Error | undefined
  #stream: PacketStream | undefined
  #first = Buffer.alloc(0)

  push(bytes: Buffer): void {
    try {
      if (this.#stream === undefined) {
        this.#first = Buffer.concat([this.#first, bytes])
        if (this.#first.length < 2) return
        // CONNACK comes first. It has no properties, and two bytes behind its length, only before version 5.
        this.#stream = new PacketStream({ packetBytesMax, protocolVersion: this.#first[1] === 2 ? 4 : 5 })
        bytes = this.#first
      }
      this.messages += this.#stream.push(bytes).filter(({ type }) => type === 'publish').length
    } catch (error) {
      this.error ??= error as Error
    }
  }
}
