import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { RawStream } from './raw-stream.ts'
import { writeCertificate } from './servers/certificate.ts'
import { createSocketServer } from './servers/socket-server.ts'
import { makeTemporaryFolder, removeTemporaryFolder } from './servers/temporary-folder.ts'

const folder = await makeTemporaryFolder()
const certificate = await writeCertificate(folder)
after(() => removeTemporaryFolder(folder))

/** A connected pair of sockets. */
async function connectPair(transport: 'tcp' | 'tls'): Promise<{ client: Socket; peer: Socket }> {
  const server = createSocketServer(transport === 'tls' ? certificate : undefined, () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = { port: (server.address() as AddressInfo).port, host: '127.0.0.1' }
  const accepted = once(server, transport === 'tls' ? 'secureConnection' : 'connection')
  const client =
    transport === 'tls' ? connectTls({ ...address, rejectUnauthorized: false }) : connectTcp(address)
  await once(client, transport === 'tls' ? 'secureConnect' : 'connect')
  const [peer] = (await accepted) as [Socket]
  server.close()
  return { client, peer }
}

for (const transport of ['tcp', 'tls'] as const) {
  test(`writes over ${transport} arrive whole and in order, however late the peer reads`, async () => {
    const { client, peer } = await connectPair(transport)
    peer.pause()
    const stream = new RawStream(client, Buffer.alloc(64), () => {})
    // Far more than the kernel takes at once.
    const writes = Array.from({ length: 400 }, (_, n) => Buffer.alloc(20_000 + n, n))
    for (const [n, bytes] of writes.entries()) {
      stream.write(bytes)
      // Some when the ones before have gone, some while they wait.
      if (n % 100 === 0) await sleep(1)
    }
    const received = buffer(peer)
    await sleep(20)
    client.end()
    assert.ok(Buffer.concat(writes).equals(await received))
  })

  test(`reads over ${transport} come in pieces of one buffer, and the end closes the socket`, async () => {
    const { client, peer } = await connectPair(transport)
    const shared = Buffer.alloc(64)
    const pieces: Buffer[] = []
    new RawStream(client, shared, (length) => pieces.push(Buffer.from(shared.subarray(0, length))))
    const closed = once(client, 'close')
    peer.end(Buffer.alloc(1_000, 'abc'))
    await closed
    assert.ok(pieces.every(({ length }) => length <= shared.length))
    assert.deepEqual(Buffer.concat(pieces), Buffer.alloc(1_000, 'abc'))
  })
}
