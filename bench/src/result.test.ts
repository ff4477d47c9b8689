import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readResults } from './result.ts'

test('samples of several files become one result per task, with the versions of all', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-bench-'))
  t.after(() => rm(folder, { recursive: true }))
  const sample = (transport: string, server: string, run: number, perSecond: number) => ({
    workload: 'stream',
    transport,
    payloadBytes: 100,
    server,
    run,
    measurement: { perSecond, lost: 0, received: 1, generatorCores: 1 },
  })
  const files = [
    {
      machine: { servers: { pillion: '1' } },
      samples: [sample('tcp', 'pillion', 1, 10), sample('tcp', 'pillion', 2, 20)],
    },
    {
      machine: { servers: { nats: '2' } },
      samples: [sample('tcp', 'nats', 1, 5), sample('tls', 'nats', 1, 7)],
    },
  ]
  const names = files.map((_, index) => join(folder, `${index}.json`))
  for (const [index, file] of files.entries()) await writeFile(names[index] as string, JSON.stringify(file))
  const { machine, results } = await readResults(names)
  assert.deepEqual(machine.servers, { pillion: '1', nats: '2' })
  assert.deepEqual(
    results.map(({ task, runs, rows }) => [task.transport, runs, rows.map(({ perSecond }) => perSecond)]),
    [
      ['tcp', 2, [15, 5]],
      ['tls', 1, [7]],
    ],
  )
})
