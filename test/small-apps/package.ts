import { createHash } from 'node:crypto'
import { makePackage } from '../../apps/server/src/packages/archive.fixture.ts'

/** A package as a partner hands it over (W 11.1). */
export interface SmallPackage {
  readonly fileName: string
  readonly archive: Uint8Array
  /** Text of its .md5 file. */
  readonly md5: string
}

/** `script`: the app's own, ES5; beside it there is `js/log.js`. */
export function buildPackage(idApp: string, script: string, version: string): SmallPackage {
  const fileName = `app_${idApp}-v${version}_20300101.tar.gz`
  const folder = `web/apps/${idApp}`
  const manifest = { artifactId: idApp, name: idApp, version, buildDate: '2030-01-01 12:00' }
  const archive = makePackage({
    [`${folder}/info.json`]: JSON.stringify(manifest),
    [`${folder}/index.html`]: html,
    [`${folder}/js/log.js`]: logScript,
    [`${folder}/js/app.js`]: script,
  })
  const md5 = `${createHash('md5').update(archive).digest('hex')} ${fileName}\n`
  return { fileName, archive, md5 }
}

const html = `<!DOCTYPE html>
<html>
  <head><meta charset="utf-8"></head>
  <body>
    <ol id="log"></ol>
    <script src="js/log.js"></script>
    <script src="js/app.js"></script>
  </body>
</html>
`

/**
 * An app has no console in a vehicle, so it draws its own (W 11.4). Every message goes into the log as its type and its
 * fields, by name; the log outlasts the app.
 */
const logScript = `
var log = JSON.parse(localStorage.getItem('log') || '[]');

function say(line) {
  var item = document.createElement('li');
  item.appendChild(document.createTextNode(line));
  document.getElementById('log').appendChild(item);
  log.push(line);
  localStorage.setItem('log', JSON.stringify(log));
}

function post(type, fields) {
  var message = fields || {};
  message.type = 'WebPortal.' + type;
  window.parent.postMessage(message, '*');
}

/** 'HMI.WebBrowser', ['show', 'hide'] */
function hear(name, events) {
  var emitter = eval(name);
  events.forEach(function (event) {
    emitter.addEventListener(event, function () { say(name + ' ' + event); });
  });
}

function contents(messages) {
  return JSON.stringify(messages.map(function (message) {
    return 'popupAction' in message ? message.popupAction.replace('WebPortal.', '') : message.content;
  }));
}

window.addEventListener('message', function (event) {
  var names = Object.keys(event.data).filter(function (name) { return name !== 'type'; }).sort();
  var fields = names.map(function (name) { return ' ' + name + '=' + JSON.stringify(event.data[name]); });
  say(event.data.type.replace('WebPortal.', '') + fields.join(''));
});
`
