import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestBrowser } from './chromium.ts'

interface Line {
  pillion: string
  level: string
  text: string
}

describe('the console in a browser', () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.open()
  })
  after(() => browser.close())

  async function linesOf(appHtml: string): Promise<Line[]> {
    const app = await browser.openApp(appHtml)
    await app.post()
    return ((await app.received()) as Line[]).filter(({ pillion }) => pillion === 'console')
  }

  test('forwards every level with its values in words (W 11.4)', async () => {
    const lines = await linesOf(`<script>
    var circle = {}; circle.self = circle
    console.log('a', 1, { b: [2] }, null, undefined); console.debug('d'); console.info('i'); console.warn('w')
    console.error(circle)
  </script>`)
    assert.deepEqual(
      lines.map(({ level, text }) => [level, text]),
      [
        ['log', 'a 1 {"b":[2]} null undefined'],
        ['log', 'd'],
        ['info', 'i'],
        ['warn', 'w'],
        ['error', '[object Object]'],
      ],
    )
  })

  test('forwards uncaught errors, unhandled rejections and files that do not load (W 11.4)', async () => {
    const lines = await linesOf(`<img src="data:image/png,broken">
    <script>Promise.reject(new Error('lost'))</script><script>nowhere.at.all()</script>`)
    const text = lines.map((line) => line.text).join('\n')
    assert.match(text, /ReferenceError: nowhere is not defined \(http.*app\.html:\d+/)
    assert.match(text, /Unhandled rejection: Error: lost/)
    assert.match(text, /Did not load: img data:image/)
  })

  test('lets 20 lines a second through, counts the rest and cuts long ones', async () => {
    const app = await browser.openApp(`<script>
    for (var i = 0; i < 1000; i++) console.log('line ' + i)
    setTimeout(function () { console.log(new Array(5000).join('x')); later = true }, 1100)
  </script>`)
    await app.page.waitForFunction('received.some(function (m) { return /^xxx/.test(m.text) })')
    const lines = (await app.received()) as Line[]
    const told = lines.filter(({ text }) => /^line /.test(text)).length
    // The loop may run across the turn of a second, but never more.
    assert.ok(told === 20 || told === 40, `${told} lines`)
    assert.ok(
      lines.some(({ level, text }) => level === 'warn' && /^9\d\d console lines were kept back/.test(text)),
    )
    assert.equal(lines.find(({ text }) => /^xxx/.test(text))?.text.length, 2_001)
  })

  test('still writes to the browser’s own console', async () => {
    const page = await browser.openAlone('')
    const line = page.waitForEvent('console')
    await page.evaluate(`console.warn('seen', 7)`)
    assert.deepEqual([(await line).type(), (await line).text()], ['warning', 'seen 7'])
  })
})
