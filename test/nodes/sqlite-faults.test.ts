import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { findFreePorts } from '../../packages/relay-nats/src/nats.fixture.ts'
import { judge } from './support/judge.ts'
import { assertSurvivesKills, killsInTests, killsTimeout } from './support/kills.ts'
import { NodeProcess } from './support/node-process.ts'
import { RestLoad } from './support/rest-load.ts'
import { ride, type StoreFault } from './support/store-fault.ts'
import { Traffic } from './support/traffic.ts'

const isRoot = process.getuid?.() === 0
const megabyte = 1_000_000
const diskMegabytes = 16

/** A folder on a disk of its own, which is small, if we may make one. */
const folder = mkdtempSync(join(tmpdir(), 'pillion-small-disk-'))
if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m`, 'tmpfs', folder])
after(() => {
  if (isRoot) execFileSync('umount', ['--lazy', folder])
  rmSync(folder, { recursive: true, force: true })
})

describe('one node on SQLite under steady traffic', async () => {
  const [mqtt = 0, http = 0] = await findFreePorts(2)
  const node = new NodeProcess({ mqtt, http }, {}, folder)
  after(() => node.remove())
  await node.start()
  const file = join(node.data, 'pillion.db')
  const countKept = async () => {
    const database = new DatabaseSync(file, { readOnly: true })
    const count = database.prepare('select count(*) as count from mailbox_message').get()?.count
    database.close()
    return Number(count)
  }
  const place = { nodes: [node], countKept }
  const traffic = await Traffic.open(place)
  after(() => traffic.close())
  const load = await RestLoad.open([node], { isRepeated: false, pauseMilliseconds: 20 })

  const limitFileSize = (bytes: string) =>
    void execFileSync('prlimit', ['--pid', String(node.pid), `--fsize=${bytes}:`])
  let other: DatabaseSync
  const ballast = join(folder, 'ballast')
  const faults: readonly (Pick<StoreFault, 'what' | 'begin' | 'end' | 'isPartial'> & {
    skip: false | string
  })[] = [
    {
      what: 'SQLite busy',
      begin: () => {
        other = new DatabaseSync(file)
        other.exec('begin immediate')
      },
      end: () => other.close(),
      skip: false,
    },
    {
      what: 'SQLite in a file that takes no writes',
      // The kernel refuses them as it does on a file system that has become read-only.
      begin: () => limitFileSize('0'),
      end: () => limitFileSize('unlimited'),
      skip: false,
    },
    {
      what: 'SQLite on a full disk',
      begin: () => fill(ballast),
      end: () => rmSync(ballast),
      // The log of changes has some room of its own.
      isPartial: true,
      skip: !isRoot && 'only root can make a small disk',
    },
  ]
  for (const { skip, ...fault } of faults)
    it(`goes on between connected clients, and says 503 in time: ${fault.what}`, { skip }, async () => {
      await traffic.start()
      await ride({ ...fault, nodes: [node], load, forMilliseconds: 3_000 })
      for (const { ends } of [traffic.partner, ...traffic.vehicles]) assert.deepEqual(ends, [])
      const report = await traffic.settle()
      judge(fault.what, report)
      for (const reason of Object.keys(report.dropped)) assert.match(reason, /^mailbox_(overflow|failed)$/)
    })

  it(`keeps what it has confirmed when it is killed at ${killsInTests} random moments, and makes nothing twice`, {
    timeout: killsTimeout,
  }, async () => {
    await assertSurvivesKills('SQLite', place, traffic)
  })
})

/** Until nothing more fits. */
function fill(file: string): void {
  const isFull = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOSPC'
  for (const bytes of [megabyte, 4_096])
    for (;;) {
      try {
        writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' })
      } catch (error) {
        if (isFull(error)) break
        throw error
      }
    }
}
