import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { CertificateAuthority, Fleet } from '@pillion/fleet'
import { openSqlite } from '@pillion/store'
import { pino } from 'pino'
import { AppOrigins } from '../app-origins.ts'
import { openDataFolder } from '../data-folder.ts'
import { defaultLimits } from '../limits.ts'
import { Durations } from '../metrics/durations.ts'
import { InstalledApps } from '../packages/installed-apps.ts'
import { makeFolder } from '../server.fixture.ts'
import { AppHosts } from './app-hosts.ts'
import { createAppsSurface } from './apps.ts'

const folder = makeFolder()
const store = await openSqlite({ file: ':memory:' })
after(() => store.close())
const { authority } = await CertificateAuthority.create()
const fleet = new Fleet({ store: store.fleet, authority })
await fleet.addPartner({ uid: 'ACME' })
await fleet.addApp({ idApp: 'demo', uid: 'ACME' })
writeFileSync(join(folder, 'built.js'), 'the frame script')
writeFileSync(join(folder, 'jquery.js'), 'the library')

const surface = await createAppsSurface({
  fleet,
  installedApps: new InstalledApps(await openDataFolder(folder), defaultLimits),
  appHosts: new AppHosts(fleet, new AppOrigins('http://{app}.pillion.localhost:{port}', () => 80)),
  sharedFiles: new Map([
    ['pillion/frame.js', join(folder, 'built.js')],
    ['libs/jquery/1.10.0/jquery.js', join(folder, 'jquery.js')],
  ]),
  durations: new Durations(),
  log: pino({ level: 'silent' }),
})

const rows = [
  { url: '/shared/pillion/frame.js', status: 200, body: /^the frame script$/ },
  { url: '/shared/libs/jquery/1.10.0/jquery.js', status: 200, body: /^the library$/ },
  { url: '/apps/test/shared/libs/jquery/1.10.0/jquery.js', status: 200, body: /^the library$/ },
  { url: '/shared/built.js', status: 404, body: /FILE_NOT_FOUND/ },
  { url: '/shared/', status: 404, body: /FILE_NOT_FOUND/ },
  { url: '/apps/test/shared/libs/../../../pillion.db', status: 404, body: /NOT_FOUND/ },
]

for (const { url, status, body } of rows) {
  test(`an app that asks for ${url} gets ${status} (W 11.3)`, async () => {
    const answer = await surface.inject({ url, headers: { host: 'demo.pillion.localhost' } })
    assert.equal(answer.statusCode, status)
    assert.match(answer.body, body)
  })
}
