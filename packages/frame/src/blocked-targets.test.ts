import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TestBrowser } from './chromium.ts'

let browser: TestBrowser
before(async () => {
  browser = await TestBrowser.open()
})
after(() => browser.close())

async function linesOf(script: string): Promise<string[]> {
  const app = await browser.openApp(`<script>${script}</script>`)
  await app.post()
  const received = (await app.received()) as { pillion: string; text: string }[]
  return received.filter(({ pillion }) => pillion === 'console').map(({ text }) => text)
}

const click = (attributes: string) =>
  `document.body.insertAdjacentHTML('beforeend', "<a ${attributes}><b>x</b></a>"); document.querySelector('b').click()`

const told = [
  { what: 'window.open', script: "open('http://a.test/')", target: '_blank' },
  { what: 'window.open in the page', script: "open('http://a.test/', '_top')", target: '_top' },
  {
    what: 'a link to a new window',
    script: click("href='http://a.test/' target='_blank'"),
    target: '_blank',
  },
  { what: 'a link to the page', script: click("href='http://a.test/' target='_parent'"), target: '_parent' },
]
for (const { what, script, target } of told) {
  test(`${what} does nothing and says why (W 11.4)`, async () => {
    assert.deepEqual(await linesOf(script), [
      `Blocked by the sandbox: an app opens nothing in ${target} (W 11.4): http://a.test/`,
    ])
  })
}

test('links within the app are nobody’s business', async () => {
  assert.deepEqual(await linesOf(`${click("href='#here'")}; ${click("href='#here' target='_self'")}`), [])
})
