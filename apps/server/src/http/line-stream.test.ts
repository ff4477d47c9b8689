import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { pino } from 'pino'
import { addLineRoute, LineStream } from './line-stream.ts'
import { createSurface } from './surface.ts'

const bytesMax = 10_000

test('a reader that does not keep up misses the newest lines, and they are counted', async () => {
  const surface = createSurface(pino({ level: 'silent' }))
  const opened = Promise.withResolvers<LineStream>()
  const closed = Promise.withResolvers<{ dropped: number }>()
  addLineRoute(surface, '/lines', async (_params, reply) => {
    const stream = new LineStream(reply, bytesMax)
    stream.onClose(closed.resolve)
    opened.resolve(stream)
    return stream
  })
  await surface.listen({ host: '127.0.0.1', port: 0 })
  const { port } = surface.server.address() as AddressInfo
  const request = get({ host: '127.0.0.1', port, path: '/lines', agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const stream = await opened.promise

  // Exactly at the bound, beyond it, and beyond it in bytes though not in letters.
  assert.equal(stream.write('x'.repeat(bytesMax - 1)), true)
  while (stream.waitingBytes > 0) await nextTurn()
  assert.equal(stream.write('x'.repeat(bytesMax)), false)
  assert.equal(stream.write('é'.repeat(bytesMax / 2)), false)

  // Nobody reads: what the kernel does not take waits here, up to the bound.
  let taken = 1
  for (; stream.write('y'.repeat(1_000)); taken++) await nextTurn()
  assert.ok(stream.waitingBytes <= bytesMax)
  assert.equal(stream.write('y'.repeat(1_000)), false)

  let lines = 0
  response.setEncoding('utf8').on('data', (text: string) => {
    lines += text.split('\n').length - 1
  })
  while (lines < taken) await nextTurn()
  assert.equal(stream.write('z'), true)
  while (lines < taken + 1) await nextTurn()

  await surface.close()
  assert.deepEqual(await closed.promise, { dropped: 4 })
})
