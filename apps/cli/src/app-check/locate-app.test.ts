import assert from 'node:assert/strict'
import { test } from 'node:test'
import { locateApp } from './locate-app.ts'

const manifest = '{"artifactId":"demo"}'

const rows: [what: string, files: Record<string, string>, name: string, idApp: string, root: string][] = [
  ['its folder below web/apps/', { 'web/apps/one/info.json': manifest }, 'x', 'one', 'web/apps/one/'],
  ['that in one folder', { 'p/web/apps/one/index.html': '' }, 'x', 'one', 'p/web/apps/one/'],
  ['artifactId', { 'index.html': '', 'info.json': manifest }, 'x', 'demo', ''],
  [
    'artifactId in one folder',
    { 'p-1.0/index.html': '', 'p-1.0/info.json': manifest },
    'x',
    'demo',
    'p-1.0/',
  ],
  ['the one folder', { 'hello-world-1.0.0/index.html': '' }, 'x.zip', 'hello-world', 'hello-world-1.0.0/'],
  ['the folder itself', { 'index.html': '', 'js/a.js': '' }, 'parking', 'parking', ''],
  ['the archive without version', { 'index.html': '' }, 'parking_v1.2.3_2025.tar.gz', 'parking', ''],
  ['a name with a number that is no version', { 'index.html': '' }, 'route-66', 'route-66', ''],
  ['the name, if the manifest is broken', { 'index.html': '', 'info.json': '{' }, 'demo-v2', 'demo', ''],
]

for (const [what, files, name, idApp, root] of rows) {
  test(`an app is called after ${what} (W 11.1)`, () => {
    const entries = Object.entries(files).map(([path, text]): [string, Buffer] => [path, Buffer.from(text)])
    const located = locateApp(new Map(entries), name)
    assert.deepEqual([located.idApp, located.root], [idApp, root])
  })
}
