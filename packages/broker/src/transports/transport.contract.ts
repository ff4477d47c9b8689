import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { waitUntil } from '@pillion/testkit'
import { copyIn, endReadTurn } from '../wire/read-slabs.ts'
import type { Transport, TransportEvents } from './transport.ts'

/** What every transport on a socket does. `open` is given the server's end of a connected pair. */
export function transportContract(name: string, open: (socket: net.Socket) => Transport): void {
  describe(`Transport: ${name}`, () => {
    it('hands on what comes, in order, and tells when the peer has no more', async () => {
      const { peer, transport, told, close } = await connect(open)
      const sent = Buffer.from(Array.from({ length: 60_000 }, (_, index) => `${index}`).join(' '))
      peer.end(sent)
      await waitUntil('the end is heard', () => told.ended === 1)
      assert.ok(Buffer.concat(told.received).equals(sent))
      assert.deepEqual([transport.kind, transport.bytesRead], ['tcp', sent.length])
      // The peer still reads.
      transport.write([Buffer.from('answer')])
      transport.end()
      assert.equal(`${Buffer.concat(await peer.toArray())}`, 'answer')
      await waitUntil('it is closed', () => told.closed.length === 1)
      assert.deepEqual([told.ended, told.closed], [1, [undefined]])
      await close()
    })

    it('writes all chunks in order, and tells when the kernel has what it did not take at once', async () => {
      const { peer, transport, told, close } = await connect(open)
      const expected: Buffer[] = []
      const read: Buffer[] = []
      peer.on('data', (bytes) => read.push(bytes)).pause()
      const source = Buffer.alloc(30_000)
      let isTaken = true
      for (let round = 0; isTaken || round < 3; round++) {
        source.fill(round)
        // In memory that is used again when its turn of the event loop is over, as what was received is.
        const chunks = [copyIn(source, source.length), copyIn(source, 10)]
        expected.push(...chunks.map((chunk) => Buffer.from(chunk)))
        const drained = told.drained
        isTaken = transport.write(chunks)
        endReadTurn()
        source.fill(0xee)
        for (let index = 0; index < 4; index++) copyIn(source, source.length)
        if (isTaken) continue
        peer.resume()
        await waitUntil('it has drained', () => told.drained > drained)
        peer.pause()
      }
      transport.end()
      peer.resume()
      await once(peer, 'end')
      assert.ok(Buffer.concat(read).equals(Buffer.concat(expected)))
      await close()
    })

    it('hands on nothing while it is paused, and everything afterwards', async () => {
      const { peer, transport, told, close } = await connect(open)
      transport.pause()
      peer.write('waits')
      await wait(50)
      assert.deepEqual(told.received, [])
      transport.resume()
      await waitUntil('it comes', () => told.received.length > 0)
      assert.equal(`${Buffer.concat(told.received)}`, 'waits')
      await close()
    })

    it('tells once that it is closed: by itself without a cause, with one if the peer resets it', async () => {
      const one = await connect(open)
      one.transport.destroy()
      one.transport.destroy()
      await waitUntil('it is closed', () => one.told.closed.length > 0)
      assert.equal(one.transport.write([Buffer.from('late')]), false)
      const other = await connect(open)
      other.peer.resetAndDestroy()
      await waitUntil('it is closed', () => other.told.closed.length > 0)
      await wait(10)
      assert.deepEqual(one.told.closed, [undefined])
      assert.equal(other.told.closed.length, 1)
      assert.match(`${other.told.closed[0]}`, /ECONNRESET/)
      await one.close()
      await other.close()
    })
  })
}

async function connect(open: (socket: net.Socket) => Transport) {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = new Promise<Transport>((resolve) => {
    server.once('connection', (socket) => {
      const transport = open(socket)
      transport.start(events)
      resolve(transport)
    })
  })
  const told = { received: [] as Buffer[], drained: 0, ended: 0, closed: [] as (Error | undefined)[] }
  const events: TransportEvents = {
    received: (bytes) => void told.received.push(Buffer.from(bytes)),
    drained: () => void told.drained++,
    ended: () => void told.ended++,
    closed: (cause) => void told.closed.push(cause),
  }
  const { port } = server.address() as net.AddressInfo
  const peer = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  peer.on('error', () => {})
  await once(peer, 'connect')
  const transport = await accepted
  const close = async () => {
    peer.destroy()
    transport.destroy()
    server.close()
    await once(server, 'close')
  }
  return { peer, transport, told, close }
}
