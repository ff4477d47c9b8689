import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { FleetStore } from '@pillion/fleet'
import type { IdApp, Uid, Vin } from '@pillion/schema'
import { openSqlite } from './open-sqlite.ts'

const common = { label: '', createdAt: 0, passwordHash: new Uint8Array(32) }

test('loses nothing it acknowledged, and keeps no half of a change, when killed while writing', async (t) => {
  const file = await createFile(t)
  // Adds pairs of vehicles without end, and writes the number of each pair once it was acknowledged.
  const child = runWithStore(
    file,
    `for (let count = 0; ; count++) {
       const pair = ['a', 'b'].map((half) => ({ role: 'vehicle', name: count + half, ...common }))
       await fleet.identities.addIdentities(pair)
       process.stdout.write(count + '\\n')
     }`,
  )
  const exited = once(child, 'exit')
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line)
    if (acknowledged.length === 100) child.kill('SIGKILL')
  }
  assert.deepEqual(await exited, [null, 'SIGKILL'])
  assert.ok(acknowledged.length >= 100)

  const { fleet, close } = await openSqlite({ file })
  const kept = (await fleet.identities.listIdentities('vehicle')).map(({ name }) => name)
  await close()
  for (const count of acknowledged) assert.ok(kept.includes(`${count}a`), count)
  for (const name of kept) {
    const other = name.endsWith('a') ? name.replace('a', 'b') : name.replace('b', 'a')
    assert.ok(kept.includes(other), name)
  }
})

test('waits for another process that is writing', async (t) => {
  const file = await createFile(t)
  const { fleet, close } = await openSqlite({ file })
  await seed(fleet)
  const child = runWithStore(
    file,
    `process.stdout.write('ready\\n')
     for (let count = 0; count < 200; count++) {
       await fleet.apps.subscribeVehicles('news', ['V1'])
       await fleet.apps.unsubscribeVehicles('news', ['V1'])
     }`,
  )
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  for (let count = 0; count < 200; count++) {
    await fleet.apps.subscribeVehicles('news' as IdApp, ['V2' as Vin])
    await fleet.apps.unsubscribeVehicles('news' as IdApp, ['V2' as Vin])
  }
  assert.deepEqual(await exited, [0, null])
  await close()
})

async function createFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-store-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'pillion.db')
}

function runWithStore(file: string, script: string): ChildProcessByStdio<null, Readable, null> {
  const opened = `
    import { openSqlite } from ${JSON.stringify(import.meta.resolve('./open-sqlite.ts'))}
    const { fleet } = await openSqlite({ file: process.argv[1] })
    const common = { label: '', createdAt: 0, passwordHash: new Uint8Array(32) }
  `
  return spawn(process.execPath, ['--input-type=module', '--eval', opened + script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function seed(fleet: FleetStore): Promise<void> {
  await fleet.identities.addIdentities([
    { role: 'partner', name: 'U', ...common },
    { role: 'vehicle', name: 'V1', ...common },
    { role: 'vehicle', name: 'V2', ...common },
  ])
  const idApp = 'news' as IdApp
  const uid = 'U' as Uid
  await fleet.apps.addApp({ idApp, uid, name: '', drivingMode: false, version: undefined, createdAt: 0 })
}
