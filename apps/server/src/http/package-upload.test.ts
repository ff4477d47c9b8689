import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { makePackage, makeZip } from '../packages/archive.fixture.ts'
import { askAdmin, startTestServer } from '../server.fixture.ts'

const server = await startTestServer()
await server.fleet.addPartner({ uid: 'ACME' })
await server.fleet.addApp({ idApp: 'demo', uid: 'ACME' })

const manifest = JSON.stringify({ artifactId: 'demo', version: '1.2.3', buildDate: '2025-01-31 12:00' })
const delivered = makePackage({ 'web/apps/demo/index.html': 'x', 'web/apps/demo/info.json': manifest })
const fileName = 'app_demo-v1.2.3_20250131.tar.gz'
const md5 = `${createHash('md5').update(delivered).digest('hex')} ${fileName}\n`
const developed = makePackage({ 'index.html': 'x' })

interface Row {
  name: string
  query?: Record<string, string>
  archive: Uint8Array
  status: number
  answer: object
}

const rows: Row[] = [
  {
    name: 'takes a zip as developers pack it',
    archive: makeZip([
      { path: 'demo-2.0/index.html', content: 'x' },
      { path: 'demo-2.0/info.json', content: '{"version":"2.0.0"}' },
      { path: '__MACOSX/demo-2.0/._index.html', content: 'x' },
    ]),
    status: 200,
    answer: { version: '2.0.0' },
  },
  { name: 'takes a package without manifest', archive: developed, status: 200, answer: { version: '0.0.0' } },
  {
    name: 'takes a delivered package with its .md5 file',
    query: { fileName, md5 },
    archive: delivered,
    status: 200,
    answer: { version: '1.2.3' },
  },
  {
    name: 'takes a delivered package without one, if asked to be strict',
    query: { fileName, strict: 'true' },
    archive: delivered,
    status: 200,
    answer: { version: '1.2.3' },
  },
  {
    name: 'takes what developers pack under any name, if not strict',
    query: { fileName: 'x.zip', strict: 'false' },
    archive: developed,
    status: 200,
    answer: { version: '0.0.0' },
  },
  {
    name: 'refuses what developers pack, if strict',
    query: { fileName, strict: 'true' },
    archive: developed,
    status: 400,
    answer: { code: 'PACKAGE_START_PAGE_MISSING' },
  },
  {
    name: 'refuses a package that its .md5 file is not of',
    query: { fileName, md5 },
    archive: developed,
    status: 400,
    answer: { code: 'PACKAGE_MD5_MISMATCH' },
  },
  {
    name: 'refuses another file name than packages have',
    query: { fileName: 'demo.tar.gz', strict: 'true' },
    archive: delivered,
    status: 400,
    answer: { code: 'PACKAGE_FILE_NAME_MALFORMED' },
  },
  {
    name: 'refuses to be strict without a file name',
    query: { strict: 'true' },
    archive: delivered,
    status: 400,
    answer: { code: 'REQUEST_MALFORMED' },
  },
  {
    name: 'refuses a query it does not know',
    query: { strikt: 'true' },
    archive: delivered,
    status: 400,
    answer: { code: 'REQUEST_MALFORMED' },
  },
]

for (const { name, query = {}, archive, status, answer } of rows) {
  test(`an upload ${name} (W 11.1)`, async () => {
    const path = `/apps/demo/package?${new URLSearchParams(query)}`
    const { status: actual, json } = await askAdmin(server, 'PUT', path, archive)
    assert.equal(actual, status, JSON.stringify(json))
    assert.partialDeepStrictEqual(json, answer)
  })
}

test('what was refused leaves the installed version as it is (W 11.1)', async () => {
  await askAdmin(server, 'PUT', '/apps/demo/package', developed)
  const before = await server.fleet.findApp('demo')
  await askAdmin(server, 'PUT', '/apps/demo/package?strict=true&fileName=x', delivered)
  assert.deepEqual(await server.fleet.findApp('demo'), before)
})

const newApps: [
  what: string,
  idApp: string,
  query: Record<string, string>,
  status: number,
  answer: object,
][] = [
  ['that names its owner is added', 'fresh', { uid: 'ACME' }, 200, { uid: 'ACME', version: '0.0.0' }],
  ['that names no owner is not', 'orphan', {}, 404, { code: 'APP_NOT_FOUND' }],
  ['of an owner that is not there is not', 'orphan', { uid: 'NOBODY' }, 404, { code: 'PARTNER_NOT_FOUND' }],
  ['of an id that cannot be is not', 'a%20b', { uid: 'ACME' }, 400, { code: 'ID_APP_MALFORMED' }],
  [
    'under another id than the package’s is not',
    'wrong',
    { uid: 'ACME' },
    400,
    { code: 'PACKAGE_ID_MISMATCH' },
  ],
  ['that exists keeps its owner', 'demo', { uid: 'NOBODY' }, 200, { uid: 'ACME' }],
]

for (const [what, idApp, query, status, answer] of newApps) {
  test(`of an upload, an app ${what} (W 11.1)`, async () => {
    const archive = idApp === 'wrong' ? delivered : developed
    const path = `/apps/${idApp}/package?${new URLSearchParams(query)}`
    const { status: actual, json } = await askAdmin(server, 'PUT', path, archive)
    assert.equal(actual, status, JSON.stringify(json))
    assert.partialDeepStrictEqual(json, answer)
    const isThere = (await server.fleet.findApp(idApp)) !== undefined
    assert.equal(isThere, status === 200)
  })
}
