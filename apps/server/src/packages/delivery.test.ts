import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { IdApp } from '@pillion/schema'
import { defaultLimits } from '../limits.ts'
import { makePackage, makeZip } from './archive.fixture.ts'
import { checkDelivered, checkDelivery, parsePackageName } from './delivery.ts'
import { readArchive } from './read-archive.ts'

const demo = 'demo' as IdApp
const fileName = 'app_demo-v1.2.3_20250131.tar.gz'
const manifest = { artifactId: 'demo', version: '1.2.3', buildDate: '2025-01-31 12:00' }

function pack(changes: { manifest?: object | null; folder?: string } = {}): Uint8Array {
  const folder = changes.folder ?? 'web/apps/demo/'
  const files: Record<string, string> = { [`${folder}index.html`]: 'x' }
  if (changes.manifest !== null) files[`${folder}info.json`] = JSON.stringify(changes.manifest ?? manifest)
  return makePackage(files)
}

const names: [fileName: string, expected: ReturnType<typeof parsePackageName>][] = [
  ['app_demo-v1.2.3_20250131.tar.gz', { idApp: 'demo', version: '1.2.3' }],
  ['app_demo_v1.2.3_20250131.tar.gz', { idApp: 'demo', version: '1.2.3' }],
  ['appdemo-v1.2.3_20250131.tar.gz', { idApp: 'demo', version: '1.2.3' }],
  ['app_my-app_v2-v10.20.30_20250131.tar.gz', { idApp: 'my-app_v2', version: '10.20.30' }],
  ['app_demo-v1.2_20250131.tar.gz', undefined],
  ['app_demo-1.2.3_20250131.tar.gz', undefined],
  ['app_demo-v1.2.3_2025.tar.gz', undefined],
  ['app_demo-v1.2.3_20250131.zip', undefined],
  ['demo.tar.gz', undefined],
]

for (const [name, expected] of names) {
  test(`reads from the name ${name} ${JSON.stringify(expected)} (W 11.1)`, () => {
    assert.deepEqual(parsePackageName(name), expected)
  })
}

const hash = createHash('md5').update(pack()).digest('hex')
const md5s: [what: string, md5: string, code: string | undefined][] = [
  ['as documented', `${hash} ${fileName}\n`, undefined],
  ['with two spaces', `${hash}  ${fileName}\n`, undefined],
  ['with an asterisk', `${hash} *${fileName}\n`, undefined],
  ['of another archive', `${'0'.repeat(32)} ${fileName}\n`, 'PACKAGE_MD5_MISMATCH'],
  ['that names another archive', `${hash} other.tar.gz\n`, 'PACKAGE_MD5_MISMATCH'],
  ['without final line break', `${hash} ${fileName}`, 'PACKAGE_MD5_MALFORMED'],
  ['in capitals', `${hash.toUpperCase()} ${fileName}\n`, 'PACKAGE_MD5_MALFORMED'],
  ['without name', `${hash}\n`, 'PACKAGE_MD5_MALFORMED'],
  ['of two lines', `${hash} ${fileName}\n${hash} ${fileName}\n`, 'PACKAGE_MD5_MALFORMED'],
  ['that is empty', '', 'PACKAGE_MD5_MALFORMED'],
]

for (const [what, md5, code] of md5s) {
  test(`${code === undefined ? 'takes' : 'refuses'} an .md5 file ${what} (W 11.1)`, () => {
    const check = () => checkDelivery(pack(), { fileName, md5 }, demo)
    if (code === undefined) assert.deepEqual(check(), { idApp: 'demo', version: '1.2.3' })
    else assert.throws(check, { code })
  })
}

const refusals: [what: string, archive: Uint8Array, fileName: string, code: string][] = [
  ['of another app by its name', pack(), 'app_other-v1.2.3_20250131.tar.gz', 'PACKAGE_ID_MISMATCH'],
  ['that is a zip', makeZip([{ path: 'a' }]), fileName, 'PACKAGE_FORMAT_UNKNOWN'],
  ['of another version', pack(), 'app_demo-v1.2.4_20250131.tar.gz', 'PACKAGE_VERSION_MISMATCH'],
  ['outside web/apps/', pack({ folder: '' }), fileName, 'PACKAGE_START_PAGE_MISSING'],
  ['below a folder', pack({ folder: 'a/web/apps/demo/' }), fileName, 'PACKAGE_START_PAGE_MISSING'],
  ['without manifest', pack({ manifest: null }), fileName, 'PACKAGE_INFO_MALFORMED'],
]

for (const [what, archive, name, code] of refusals) {
  test(`refuses a delivered package ${what} (W 11.1)`, async () => {
    await assert.rejects(
      async () => {
        const read = checkDelivery(archive, { fileName: name }, demo)
        checkDelivered(await readArchive(archive, defaultLimits), read)
      },
      { code },
    )
  })
}

const faults: [field: string, value: unknown][] = [
  ['artifactId', undefined],
  ['artifactId', ''],
  ['artifactId', '../demo'],
  ['artifactId', 'my app'],
  ['version', undefined],
  ['version', '1.2'],
  ['buildDate', undefined],
  ['buildDate', '31.01.2025'],
  ['name', 7],
  ['description', []],
  ['icons', { '*': 'icon.png' }],
]

for (const [field, value] of faults) {
  test(`refuses a delivered package whose ${field} is ${JSON.stringify(value)} (W 11.2)`, async () => {
    const files = await readArchive(pack({ manifest: { ...manifest, [field]: value } }), defaultLimits)
    assert.throws(() => checkDelivered(files, { idApp: 'demo', version: '1.2.3' }), {
      code: 'PACKAGE_INFO_MALFORMED',
      detail: new RegExp(field),
    })
  })
}
