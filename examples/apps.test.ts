import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { ManualClock } from '@pillion/testkit'

const folder = new URL('apps/', import.meta.url)
const apps = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

/** What a head unit of 2013 cannot read; found by its spelling, with strings and comments taken out. */
const newerThanEs5 = [
  /=>/,
  /\b(let|const|class|async|await|import|export)\b/,
  /`/,
  /\.\.\./,
  /\?\./,
  /\?\?/,
  /,\s*\)/,
]

for (const { name } of apps) {
  describe(`sample app ${name}`, () => {
    const read = (file: string) => readFileSync(new URL(`${name}/${file}`, folder))
    const scripts = ['js/portal.js', 'js/app.js']

    test('has an info.json as the documents want it (W 11.2)', () => {
      const info = JSON.parse(read('info.json').toString())
      assert.equal(info.artifactId, `demo-${name}`)
      assert.match(info.version, /^\d+\.\d+\.\d+$/)
      assert.match(info.buildDate, /^\d{4}-\d\d-\d\d \d\d:\d\d$/)
      assert.match(read('js/app.js').toString(), new RegExp(`APP_ID = '${info.artifactId}'`))
    })

    test('has PNG icons of the sizes named, within the caps (W 11.2)', () => {
      const { icons } = JSON.parse(read('info.json').toString())
      for (const [size, cap] of [
        [100, 15_000],
        [136, 21_000],
      ] as const) {
        const png = read(icons['*'][size])
        assert.equal(png.toString('latin1', 1, 4), 'PNG')
        assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [size, size])
        assert.ok(png.length <= cap)
      }
    })

    test('keeps to ES5', () => {
      for (const file of scripts) {
        const code = read(file)
          .toString()
          .replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'/g, "''")
        for (const syntax of newerThanEs5) assert.doesNotMatch(code, syntax, `${file}: ${syntax}`)
      }
    })

    test('loads nothing from elsewhere (W 11.4)', () => {
      for (const file of ['index.html', 'css/style.css', ...scripts]) {
        assert.doesNotMatch(read(file).toString(), /https?:|\/\/[a-z0-9-]+\.|@import|url\(/i, file)
      }
    })
  })
}

test('portal.js is the same in all sample apps', () => {
  const texts = new Set(apps.map(({ name }) => readFileSync(new URL(`${name}/js/portal.js`, folder), 'utf8')))
  assert.equal(texts.size, 1)
})

test('portal.js tries again what it could not fetch yet, but never twice at a time (W 6.2)', () => {
  const clock = new ManualClock()
  const app = startPortal(clock)
  for (let n = 0; n < 10; n++) app.receive({ type: 'WebPortal.onApplicationShow' })
  clock.advance(60_000)
  // The poll and one retry.
  assert.equal(clock.waiting, 2)
  app.pending = Object.assign([{ content: 'kept' }], { error: undefined })
  clock.advance(250)
  assert.deepEqual(app.messages, [{ content: 'kept' }])
  assert.equal(clock.waiting, 1)
})

/** `portal.js` in a window of which only the time is made up; the host page has not noticed the app yet. */
function startPortal(clock: ManualClock) {
  const timers = new Map<number, () => void>()
  let lastTimer = 0
  const setTimeout = (callback: () => void, milliseconds: number): number => {
    lastTimer += 1
    timers.set(lastTimer, clock.after(milliseconds, callback))
    return lastTimer
  }
  const setInterval = (callback: () => void, milliseconds: number): void => {
    const tick = () => {
      callback()
      setTimeout(tick, milliseconds)
    }
    setTimeout(tick, milliseconds)
  }
  const parent = { postMessage: () => {} }
  let listener = (_event: object): void => {}
  const app = {
    pending: Object.assign([] as object[], { error: 'Unrecognised Error' as string | undefined }),
    messages: [] as object[],
    receive: (data: object) => listener({ source: parent, data }),
  }
  const window = {
    parent,
    addEventListener: (_name: string, listen: typeof listener) => {
      listener = listen
    },
    setTimeout,
    setInterval,
    clearTimeout: (timer: number) => timers.get(timer)?.(),
    WebPortal: { getPendingNotifications: () => app.pending },
  }
  runInNewContext(readFileSync(new URL('messages/js/portal.js', folder), 'utf8'), { window })
  const { Portal } = window as unknown as { Portal: { start(idApp: string, handlers: object): void } }
  Portal.start('a', { message: (value: object) => app.messages.push(value), save: () => {} })
  return app
}
