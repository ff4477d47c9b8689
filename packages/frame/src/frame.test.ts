import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { state, TestBrowser } from './chromium.ts'

describe('the globals in a browser', () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.open()
  })
  after(() => browser.close())

  test('the script stays small: every document of every app loads it, and needs little of the schema', () => {
    assert.ok(browser.script.length < 20_000, `${browser.script.length} characters`)
    assert.doesNotMatch(browser.script, /typebox|portalPayloadBytesMax/i)
  })

  test('handlers are called without arguments, with the emitter as this, in order (W 5.3)', async () => {
    const app = await browser.openApp(`<script>
    seen = []
    Car.addEventListener('driverDistractionOn', function () { seen.push(['first', arguments.length, this === Car]) })
    Car.addEventListener('driverDistractionOn', function () { seen.push(['second', arguments.length, this === Car]) })
    HMI.WebBrowser.addEventListener('show', function () { seen.push(['show', this === HMI.WebBrowser]) })
  </script>`)
    await app.post(
      { pillion: 'event', event: { emitter: 'Car', name: 'driverDistractionOn' } },
      { pillion: 'event', event: { emitter: 'HMI.WebBrowser', name: 'show' } },
    )
    assert.deepEqual(await app.run('seen'), [
      ['first', 0, true],
      ['second', 0, true],
      ['show', true],
    ])
  })

  test('unknown event names are accepted, handlers that are no function ignored (W 5.3)', async () => {
    const app = await browser.openApp(`<script>
    seen = 0
    HMI.addEventListener('startPlayback', function () { seen++ })
    HMI.addEventListener('homeBtnClick', undefined)
    HMI.addEventListener('homeBtnClick', 42)
    HMI.removeEventListener('homeBtnClick', undefined)
    HMI.addEventListener('constructor', function () { seen++ })
    HMI.addEventListener('homeBtnClick', function () { seen += 10 })
    ranToItsEnd = true
  </script>`)
    await app.post({ pillion: 'event', event: { emitter: 'HMI', name: 'homeBtnClick' } })
    assert.deepEqual(await app.run('[ranToItsEnd, seen]'), [true, 10])
  })

  test('an exception in one handler does not stop the others and is reported (W 5.3, 11.4)', async () => {
    const app = await browser.openApp(`<script>
    seen = 0
    Privacy.addEventListener('ModeFull', function () { throw new Error('broken handler') })
    Privacy.addEventListener('ModeFull', function () { seen++ })
  </script>`)
    await app.post({ pillion: 'event', event: { emitter: 'Privacy', name: 'ModeFull' } })
    assert.equal(await app.run('seen'), 1)
    assert.match(
      JSON.stringify(await app.received()),
      /"level":"error","text":"Uncaught Error: broken handler/,
    )
  })

  test('a removed handler is not called, one registered twice is called once (W 5.3)', async () => {
    const app = await browser.openApp(`<script>
    seen = []
    function twice() { seen.push('twice') }
    function removed() { seen.push('removed') }
    System.addEventListener('OnShutDown', twice)
    System.addEventListener('OnShutDown', twice)
    System.addEventListener('OnShutDown', removed)
    System.removeEventListener('OnShutDown', removed)
  </script>`)
    await app.post({ pillion: 'event', event: { emitter: 'System', name: 'OnShutDown' } })
    assert.deepEqual(await app.run('seen'), ['twice'])
  })

  test('getters already answer from the new state when its event fires and when the next message arrives (W 9.4)', async () => {
    const app = await browser.openApp(`<script>
    seen = []
    HMI.Settings.addEventListener('languageSet', function () { seen.push(WebPortal.getLanguage()) })
    window.addEventListener('message', function (event) { seen.push([event.data.type, WebPortal.getLanguage()]) })
  </script>`)
    await app.post(
      { pillion: 'state', state: { ...state, language: 'de-DE' } },
      { pillion: 'event', event: { emitter: 'HMI.Settings', name: 'languageSet' } },
      { type: 'WebPortal.onApplicationShow' },
    )
    assert.deepEqual(await app.run('seen'), [
      'de-DE',
      ['WebPortal.onApplicationShow', 'de-DE'],
      ['end', 'de-DE'],
    ])
  })

  test('the app never sees an internal message, not even with a capturing listener or onmessage (W 5)', async () => {
    const app = await browser.openApp(`<script>
    seen = []
    window.addEventListener('message', function (event) { seen.push(event.data) }, true)
    window.onmessage = function (event) { seen.push(event.data) }
  </script>`)
    await app.post({ pillion: 'state', state }, { pillion: 'unknown' })
    assert.deepEqual(await app.run('seen'), [{ type: 'end' }, { type: 'end' }])
  })

  test('what a neighbour posts is not heard: to published apps it would be the host’s (W 5)', async () => {
    const app = await browser.openApp(`<script>
    seen = []
    window.addEventListener('message', function (event) { seen.push(event.data) }, true)
  </script>`)
    const neighbour = await app.addNeighbour()
    await neighbour.evaluate(`
    parent.frames[0].postMessage({ type: 'WebPortal.onCurrentNotificationReceived', value: {} }, '*')
    parent.frames[0].postMessage({ pillion: 'state', state: { vin: 'FORGED' } }, '*')
    new Promise(function (resolve) { setTimeout(resolve, 100) })`)
    await app.post()
    assert.deepEqual(await app.run('[seen, Car.GetVINCode()]'), [[{ type: 'end' }], state.vin])
  })

  test('only the host page can change the state: a message of the app to itself is the app’s own', async () => {
    const app = await browser.openApp('')
    await app.run(`seen = [], addEventListener('message', function (event) { seen.push(event.data.pillion) }),
    postMessage({ pillion: 'state', state: { language: 'xx' } }, '*')`)
    await app.post()
    assert.deepEqual(await app.run('[seen, WebPortal.getLanguage()]'), [['state', undefined], 'fr-FR'])
  })

  test('says ready once per document, before anything else', async () => {
    const app = await browser.openApp(
      `<script>parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')</script>`,
    )
    // Messages to another process may come a little after its own page has loaded.
    const untilLoaded = (times: number) =>
      app.page.waitForFunction(
        (times) =>
          Reflect.get(window, 'received').filter(({ pillion }: { pillion?: string }) => pillion === 'loaded')
            .length === times,
        times,
      )
    await untilLoaded(1)
    assert.deepEqual(await app.received(), [
      { pillion: 'ready' },
      { type: 'WebPortal.onApplicationLoaded' },
      { pillion: 'loaded' },
    ])
    await app.reload()
    await untilLoaded(2)
    assert.equal(
      ((await app.received()) as { pillion?: string }[]).filter((m) => m.pillion === 'ready').length,
      2,
    )
  })

  test('the app has a window.name of its own, and the state outlives a reload, not launched any more (W 4.2 row 12)', async () => {
    const app = await browser.openApp(`<script>nameAtStart = window.name; name = 5</script>`)
    assert.deepEqual(await app.run('[nameAtStart, window.name]'), ['', '5'])
    await app.post({ pillion: 'state', state: { ...state, launched: true, language: 'es-ES' } })
    assert.equal(await app.run('WebPortal.getPendingNotifications().error'), undefined)
    await app.reload()
    assert.deepEqual(
      await app.run('[nameAtStart, WebPortal.getLanguage(), WebPortal.getPendingNotifications().error]'),
      ['', 'es-ES', 'Unrecognised Error'],
    )
  })

  const rewrites: [name: string, rewrite: string][] = [
    ['document.open', `document.open(); document.write(html); document.close()`],
    ['document.write after the page was parsed', `document.write(html); document.close()`],
    ['document.writeln after the page was parsed', `document.writeln(html); document.close()`],
    [
      'document.open of another script’s making',
      `Document.prototype.open.call(document, 'text/html', 'replace').write(html)`,
    ],
    [
      'document.write, twice',
      `document.write('Old'); document.close(); document.write(html); document.close()`,
    ],
  ]
  for (const [name, rewrite] of rewrites) {
    test(`${name} takes nothing away from an app: state, events and log go on (W 5)`, async () => {
      const app = await browser.openApp('<h1>Old</h1>')
      const html = `<p>New</p><script>
        seen = []
        addEventListener('message', function (event) { seen.push(event.data) }, true)
        HMI.Settings.addEventListener('languageSet', function () { seen.push(WebPortal.getLanguage()) })
      </script>`
      await app.run(`html = ${JSON.stringify(html)},
        new Promise(function (resolve) { setTimeout(function () { ${rewrite}; resolve() }) })`)
      await app.post(
        { pillion: 'state', state: { ...state, language: 'de-DE' } },
        { pillion: 'event', event: { emitter: 'HMI.Settings', name: 'languageSet' } },
        { pillion: 'unknown' },
      )
      assert.equal(await app.run('document.body.textContent.trim().slice(0, 3)'), 'New')
      assert.deepEqual(await app.run('seen'), ['de-DE', { type: 'end' }])
      await app.run(
        `setTimeout(function () { nowhere.at.all() }), new Promise(function (resolve) { setTimeout(resolve, 20) })`,
      )
      assert.match(JSON.stringify(await app.received()), /ReferenceError: nowhere is not defined/)
    })
  }

  test('document.write while the page is parsed writes where it stands, also into another document', async () => {
    const app = await browser.openApp(`<p>one</p><script>
    seen = [document.write('<p>t', 'wo</p>'), document.querySelectorAll('p').length]
    var frame = document.body.appendChild(document.createElement('iframe'))
    frame.contentDocument.write('inner'); frame.contentDocument.close()
    var made = document.implementation.createHTMLDocument('')
    seen.push(frame.contentDocument.body.textContent, document.open === Document.prototype.open, made.open() === made)
  </script><p>three</p>`)
    assert.deepEqual(await app.run('seen'), [undefined, 2, 'inner', true, true])
    assert.equal(
      await app.run(
        `[].map.call(document.querySelectorAll('p'), function (p) { return p.textContent }).join()`,
      ),
      'one,two,three',
    )
  })

  test('an app may declare any of the injected names itself, as ES5 and as ES6 (W 11.4)', async () => {
    const app = await browser.openApp(`
    <script>var Car = Car || {}; var True = true; function Alert() { return 'own' } seen = [Car.GetVINCode(), Alert()]</script>
    <script>let name = 'app'; const False = 0; let Device = 1; seen.push(name, False, Device)</script>`)
    assert.deepEqual(await app.run('seen'), ['0123456789ABCDEFG', 'own', 'app', 0, 1])
  })

  test('True, False and Alert exist, and alert, confirm and prompt never block (W 11.4, 14)', async () => {
    const app = await browser.openApp(
      '<script>seen = [True, False, Alert === alert, alert("two\\nlines"), confirm("?"), prompt("?")]</script>',
    )
    assert.deepEqual(await app.run('seen'), [true, false, true, undefined, false, null])
    assert.equal(await app.run(`document.querySelector('pillion-note').dataset.text`), 'two\nlines')
    assert.match(JSON.stringify(await app.received()), /"level":"info","text":"alert: two\\nlines"/)
  })

  test('what can leave the frame past the content security policy is gone', async () => {
    const app = await browser.openApp('')
    assert.deepEqual(
      await app.run(
        '[typeof RTCPeerConnection, typeof webkitRTCPeerConnection, "RTCPeerConnection" in window]',
      ),
      ['undefined', 'undefined', false],
    )
  })

  test('a page without a host page runs and posts to nobody', async () => {
    const page = await browser.openAlone(`<script>
    received = []; onmessage = function (event) { received.push(event.data) }
    seen = [Car.GetVINCode(), Privacy.Mode(), WebPortal.getPendingNotifications().length]
    console.log('hello')
  </script>`)
    await page.evaluate('new Promise(function (resolve) { setTimeout(resolve, 20) })')
    assert.deepEqual(await page.evaluate('[seen, received]'), [['', 'Public', 0], []])
  })
})
