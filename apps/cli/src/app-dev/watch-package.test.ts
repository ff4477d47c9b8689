import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { RunLatest } from './run-latest.ts'
import { watchPackage } from './watch-package.ts'

const scratch = mkdtempSync(join(tmpdir(), 'pillion-watch-'))
after(() => rmSync(scratch, { recursive: true }))

/** A folder with `js/a.js`, watched. */
function watchFolder(t: { after(end: () => void): void }, path?: string) {
  const folder = mkdtempSync(join(scratch, 'app-'))
  mkdirSync(join(folder, 'js'))
  writeFileSync(join(folder, 'js/a.js'), '0')
  writeFileSync(join(folder, 'app.zip'), '0')
  let changes = 0
  let wake = () => {}
  const end = watchPackage(path === undefined ? folder : join(folder, path), () => {
    changes++
    wake()
  })
  t.after(end)
  return {
    folder,
    end,
    count: () => changes,
    /** The change that `act` makes. */
    async sees(act: () => void): Promise<void> {
      const seen = new Promise<void>((resolve) => {
        wake = resolve
      })
      act()
      await seen
    },
  }
}

test('sees every change of a file, also after another was put in its place', async (t) => {
  const { folder, sees } = watchFolder(t)
  const file = join(folder, 'js/a.js')
  await sees(() => writeFileSync(file, '1'))
  writeFileSync(join(scratch, 'aside'), '2')
  await sees(() => renameSync(join(scratch, 'aside'), file))
  await sees(() => writeFileSync(file, '3'))
  await sees(() => rmSync(file))
})

test('sees what happens in new folders, and in folders that were replaced', async (t) => {
  const { folder, sees } = watchFolder(t)
  await sees(() => mkdirSync(join(folder, 'css/deep'), { recursive: true }))
  await sees(() => writeFileSync(join(folder, 'css/deep/a.css'), '1'))
  await sees(() => rmSync(join(folder, 'js'), { recursive: true }))
  await sees(() => mkdirSync(join(folder, 'js')))
  await sees(() => writeFileSync(join(folder, 'js/a.js'), '1'))
})

test('many changes at once are one', async (t) => {
  const { folder, sees, count } = watchFolder(t)
  await sees(() => {
    for (let index = 0; index < 50; index++) writeFileSync(join(folder, `js/${index}.js`), 'x')
  })
  await wait(400)
  assert.equal(count(), 1)
})

test('sees a change although somebody never stops writing', async (t) => {
  const { folder, sees } = watchFolder(t)
  let writing: NodeJS.Timeout | undefined
  let written = 0
  await sees(() => {
    writing = setInterval(() => {
      writeFileSync(join(folder, 'log'), 'x')
      // Or this test would never end.
      if (++written === 100) clearInterval(writing)
    }, 50)
  })
  clearInterval(writing)
  assert.ok(written < 100)
})

test('runs once more, however often it is wanted while it runs, and is settled after the last', async () => {
  let runs = 0
  let end = () => {}
  const latest = new RunLatest(() => {
    runs++
    return new Promise((resolve) => {
      end = resolve
    })
  })
  for (let times = 0; times < 5; times++) latest.want()
  assert.equal(runs, 1)
  end()
  await Promise.resolve()
  assert.equal(runs, 2)
  const settled = latest.settle()
  end()
  await settled
  assert.equal(runs, 2)
  latest.want()
  assert.equal(runs, 3)
})

test('does not see what is no part of the package', async (t) => {
  const { folder, count } = watchFolder(t)
  mkdirSync(join(folder, '.git'))
  writeFileSync(join(folder, '.git/HEAD'), '1')
  mkdirSync(join(folder, 'node_modules/a'), { recursive: true })
  writeFileSync(join(folder, 'js/.a.js.swp'), '1')
  await wait(400)
  assert.equal(count(), 0)
})

test('of an archive, sees that only, whatever replaces it', async (t) => {
  const { folder, sees, count } = watchFolder(t, 'app.zip')
  writeFileSync(join(folder, 'other.zip'), '1')
  await wait(400)
  assert.equal(count(), 0)
  await sees(() => renameSync(join(folder, 'other.zip'), join(folder, 'app.zip')))
  await sees(() => writeFileSync(join(folder, 'app.zip'), '2'))
})

test('a folder that goes is one change, and one more when it is back', async (t) => {
  const { folder, sees, count } = watchFolder(t)
  await sees(() => renameSync(folder, `${folder}-away`))
  await sees(() => renameSync(`${folder}-away`, folder))
  assert.equal(count(), 2)
  await sees(() => writeFileSync(join(folder, 'js/a.js'), '1'))
})

test('sees nothing once it was ended', async (t) => {
  const { folder, end, count } = watchFolder(t)
  writeFileSync(join(folder, 'js/a.js'), '1')
  end()
  await wait(400)
  assert.equal(count(), 0)
})

test('needs something to watch', () => {
  assert.throws(() => watchPackage(join(scratch, 'nowhere'), () => {}), { code: 'ENOENT' })
})
