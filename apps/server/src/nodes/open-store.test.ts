import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDataFolder } from '../data-folder.ts'
import { makeFolder, startTestServer } from '../server.fixture.ts'
import { refuseOtherStore } from './open-store.ts'
import { Readiness } from './readiness.ts'

test('a server does not start empty over a data folder that was in use', async () => {
  const data = makeFolder()
  const server = await startTestServer({ data })
  await server.close()
  await rm(join(data, 'pillion.db'))
  await assert.rejects(startTestServer({ data }), { name: 'StoreMissingError', message: /pillion restore/ })
})

test('nor on its own database when it had come to a shared one', async () => {
  const data = makeFolder()
  const server = await startTestServer({ data })
  await server.close()
  await writeFile(join(data, 'store-id'), 'shared\n')
  await assert.rejects(startTestServer({ data }), { name: 'StoreMissingError', message: /database\.url/ })
})

test('nor on another shared one than before', async () => {
  const data = await openDataFolder(makeFolder())
  await refuseOtherStore(data, 'one')
  await refuseOtherStore(data, 'one')
  await assert.rejects(refuseOtherStore(data, 'other'), {
    name: 'StoreMissingError',
    message: /database\.url/,
  })
})

test('a server logs once that it is not ready, what is missing, and that it is ready again', async () => {
  const logged: unknown[] = []
  const log = {
    info: (text: string) => logged.push(text),
    warn: ({ missing }: { missing: string[] }) => logged.push(missing),
  }
  const nodes: { state: 'connected' | 'away' } = { state: 'connected' }
  const readiness = new Readiness({ ping: async () => {} }, nodes, log as never)
  await readiness.listMissing()
  assert.deepEqual(logged, [], 'not while it starts')
  readiness.isServing = true
  for (const state of ['connected', 'away', 'away', 'connected', 'connected'] as const) {
    nodes.state = state
    await readiness.listMissing()
  }
  assert.deepEqual(logged, [['relay'], 'ready again'])
})
