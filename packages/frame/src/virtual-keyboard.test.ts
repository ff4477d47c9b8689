import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { state, TestBrowser } from './chromium.ts'

const withKeyboard = { ...state, virtualKeyboard: true }

/** The field under test; what is heard of it, on the field and, bubbled, on the document. */
function page(field: string): string {
  return `${field}<button id="other">Other</button><script>
    var field = document.getElementById('field'); seen = []
    ;['input', 'change', 'blur'].forEach(function (name) {
      field.addEventListener(name, function () { seen.push(name + ' ' + (field.value || field.textContent)) })
      document.addEventListener(name, function () { seen.push('document ' + name) })
    })
  </script>`
}

describe('the virtual keyboard in a browser', () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.open()
  })
  after(() => browser.close())

  const fields: [html: string, text: string, label: string, inputType: string, charactersMax?: number][] = [
    ['<input id="field" value="Old">', 'Old', '', 'text'],
    ['<input id="field" name="city">', '', 'city', 'text'],
    ['<input id="field" placeholder="Where to?" name="city">', '', 'Where to?', 'text'],
    ['<label>City <input id="field" type="search" name="city"></label>', '', 'City', 'search'],
    ['<input id="field" aria-label="Code" type="tel" maxlength="4" value="12">', '12', 'Code', 'tel', 4],
    ['<input id="field" type="email">', '', '', 'email'],
    ['<input id="field" type="url">', '', '', 'url'],
    ['<input id="field" type="number" value="7">', '7', '', 'number'],
    ['<input id="field" type="password" value="secret">', 'secret', '', 'password'],
    ['<input id="field" type="unheard-of">', '', '', 'text'],
    ['<textarea id="field" title="Note">a\nb</textarea>', 'a\nb', 'Note', 'textarea'],
    ['<div id="field" contenteditable>Some <b>text</b></div>', 'Some text', '', 'textarea'],
  ]
  for (const [html, text, label, inputType, charactersMax] of fields) {
    test(`${html} tells the host when it gets the focus (W 6.7)`, async () => {
      const app = await browser.openApp(page(html), withKeyboard)
      await app.frame.click('#field')
      assert.deepEqual(await app.told(), [{ pillion: 'keyboard', text, label, inputType, charactersMax }])
    })
  }

  const others = [
    '<input id="field" readonly>',
    '<textarea id="field" readonly></textarea>',
    '<input id="field" type="checkbox">',
    '<input id="field" type="date">',
    '<button id="field">Button</button>',
    '<div id="field" tabindex="0">Text</div>',
  ]
  for (const html of others) {
    test(`${html} does not open the keyboard (W 6.7)`, async () => {
      const app = await browser.openApp(page(html), withKeyboard)
      await app.frame.focus('#field')
      assert.deepEqual(await app.told(), [])
    })
  }

  test('nothing is told where the host has no virtual keyboard, or of an event that an app makes up', async () => {
    const app = await browser.openApp(page('<input id="field">'))
    await app.frame.focus('#field')
    await app.post({ pillion: 'state', state: withKeyboard })
    await app.run(`field.dispatchEvent(new FocusEvent('focusin', { bubbles: true }))`)
    assert.deepEqual(await app.told(), [])
  })

  test('a field that has the focus when the document loads opens the keyboard too (W 6.7)', async () => {
    const app = await browser.openApp('<input id="field"><script>field.focus()</script>', withKeyboard)
    assert.equal((await app.told()).length, 1)
  })

  const writes: [html: string, text: string | undefined, seen: string[]][] = [
    [
      '<input id="field" value="Old">',
      'New',
      ['input New', 'document input', 'change New', 'document change', 'blur New'],
    ],
    [
      '<textarea id="field">Old</textarea>',
      'a\nb',
      ['input a\nb', 'document input', 'change a\nb', 'document change', 'blur a\nb'],
    ],
    [
      '<input id="field" maxlength="3">',
      'abcd',
      ['input abc', 'document input', 'change abc', 'document change', 'blur abc'],
    ],
    ['<div id="field" contenteditable>Old</div>', 'New', ['input New', 'document input', 'blur New']],
    ['<input id="field" value="Old">', 'Old', ['blur Old']],
    ['<input id="field" value="Old">', undefined, ['blur Old']],
    ['<div id="field" contenteditable>Old</div>', 'Old', ['blur Old']],
  ]
  for (const [html, text, seen] of writes) {
    test(`the answer ${JSON.stringify(text)} goes into ${html} as if somebody had typed it (W 6.7)`, async () => {
      const app = await browser.openApp(page(html), withKeyboard)
      await app.frame.click('#field')
      await app.post({ pillion: 'keyboard', text })
      assert.deepEqual(await app.run('seen'), seen)
      assert.equal(await app.run('document.activeElement === document.body'), true)
    })
  }

  test('a setter that a framework put on the field is passed by (W 6.7)', async () => {
    const app = await browser.openApp(
      `${page('<input id="field">')}<script>
      var native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')
      Object.defineProperty(field, 'value', {
        get: function () { return native.get.call(this) },
        set: function (value) { seen.push('its own setter'); native.set.call(this, value) }
      })</script>`,
      withKeyboard,
    )
    await app.frame.click('#field')
    await app.post({ pillion: 'keyboard', text: 'New' })
    assert.equal(((await app.run('seen')) as string[])[0], 'input New')
  })

  test('a field that regains the focus while the keyboard is open does not ask twice, another one does (W 6.7)', async () => {
    const app = await browser.openApp(`${page('<input id="field">')}<input id="second">`, withKeyboard)
    await app.frame.click('#field')
    await app.run('field.blur(), field.focus()')
    assert.equal((await app.told()).length, 1)
    await app.frame.focus('#second')
    assert.equal((await app.told()).length, 1)
    await app.post({ pillion: 'keyboard', text: 'New' })
    assert.deepEqual(await app.run('[field.value, second.value]'), ['', 'New'])
    await app.frame.focus('#second')
    assert.equal((await app.told()).length, 1)
  })

  test('an answer that nobody asked for changes nothing', async () => {
    const app = await browser.openApp(page('<input id="field" value="Old">'), withKeyboard)
    await app.post({ pillion: 'keyboard', text: 'New' })
    assert.deepEqual(await app.run('[field.value, seen]'), ['Old', []])
  })
})
