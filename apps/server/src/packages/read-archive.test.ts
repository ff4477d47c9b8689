import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { defaultLimits } from '../limits.ts'
import { type FixtureEntry, makeArchive, makeTar, makeZip } from './archive.fixture.ts'
import { readArchive } from './read-archive.ts'
import { readFolder } from './read-folder.ts'

const scratch = mkdtempSync(join(tmpdir(), 'pillion-archive-'))
after(() => rmSync(scratch, { recursive: true }))

const file = { path: 'index.html', content: 'x' }

const refusals: { name: string; entries: FixtureEntry[]; code: string }[] = [
  { name: 'an absolute path', entries: [{ path: '/etc/passwd' }], code: 'PACKAGE_PATH_REFUSED' },
  { name: 'a drive', entries: [{ path: 'C:x' }], code: 'PACKAGE_PATH_REFUSED' },
  { name: '.. at the start', entries: [{ path: '../x' }], code: 'PACKAGE_PATH_REFUSED' },
  { name: '.. inside', entries: [{ path: 'a/../../x' }], code: 'PACKAGE_PATH_REFUSED' },
  { name: '.. in a folder it would skip', entries: [{ path: '.git/../../x' }], code: 'PACKAGE_PATH_REFUSED' },
  { name: '.. as a folder', entries: [{ path: '../', flag: '5' }], code: 'PACKAGE_PATH_REFUSED' },
  { name: 'a backslash', entries: [{ path: 'a\\..\\x' }], code: 'PACKAGE_PATH_REFUSED' },
  {
    name: 'a path longer than file systems take',
    entries: [{ path: `${'a/'.repeat(511)}bcd` }],
    code: 'PACKAGE_PATH_REFUSED',
  },
  { name: 'a line break in a name', entries: [{ path: 'a\nb' }], code: 'PACKAGE_PATH_REFUSED' },
  {
    name: '.. in a pax header',
    entries: [{ path: 'h', flag: 'x', content: '16 path=../../x\n' }, file],
    code: 'PACKAGE_PATH_REFUSED',
  },
  {
    name: '.. in a GNU long name',
    entries: [{ path: 'h', flag: 'L', content: '../x\0' }, file],
    code: 'PACKAGE_PATH_REFUSED',
  },
  { name: 'a symbolic link', entries: [{ path: 'a', flag: '2' }], code: 'PACKAGE_ENTRY_REFUSED' },
  { name: 'a hard link', entries: [{ path: 'a', flag: '1' }], code: 'PACKAGE_ENTRY_REFUSED' },
  { name: 'a character device', entries: [{ path: 'a', flag: '3' }], code: 'PACKAGE_ENTRY_REFUSED' },
  { name: 'a pipe', entries: [{ path: 'a', flag: '6' }], code: 'PACKAGE_ENTRY_REFUSED' },
  {
    name: 'a link with the name of a dot file',
    entries: [{ path: '.a', flag: '2' }],
    code: 'PACKAGE_ENTRY_REFUSED',
  },
  { name: 'a file below a file', entries: [{ path: 'a' }, { path: 'a/b' }], code: 'PACKAGE_ENTRY_REFUSED' },
  {
    name: 'a file in place of a folder',
    entries: [{ path: 'a/b' }, { path: 'a' }],
    code: 'PACKAGE_ENTRY_REFUSED',
  },
  {
    name: 'one entry too many',
    entries: Array.from({ length: defaultLimits.packageEntriesMax + 1 }, () => ({ path: 'a/', flag: '5' })),
    code: 'PACKAGE_ENTRIES_TOO_MANY',
  },
]

const formats = [
  { format: 'tar.gz', make: makeArchive },
  { format: 'zip', make: makeZip },
]

for (const { format, make } of formats) {
  for (const { name, entries, code } of refusals) {
    // A zip has neither of those headers, no hard links, and backslashes only where old tools meant slashes.
    if (format === 'zip' && /header|GNU|hard link|backslash/.test(name)) continue
    test(`refuses a ${format} with ${name} (W 11.1)`, async () => {
      await assert.rejects(readArchive(make(entries), defaultLimits), { code })
    })
  }

  test(`takes as many entries as allowed from a ${format}`, async () => {
    const entries = Array.from({ length: defaultLimits.packageEntriesMax }, () => ({ path: 'a/', flag: '5' }))
    assert.equal((await readArchive(make(entries), defaultLimits)).size, 0)
  })

  test(`skips dot files and __MACOSX of a ${format} (W 11.1)`, async () => {
    const skipped = ['.DS_Store', '__MACOSX/a', 'a/.git/config'].map((path) => ({ path }))
    const files = await readArchive(make([...skipped, file]), defaultLimits)
    assert.deepEqual([...files.keys()], ['index.html'])
  })
}

test('stops soon after one entry too many of a tar, and does not look at the others', async () => {
  const { packageEntriesMax } = defaultLimits
  // What comes after is no archive any more: whoever read it would say so.
  const folders = Array.from({ length: packageEntriesMax + 100 }, () => ({ path: 'a/', flag: '5' }))
  const tar = Buffer.concat([makeTar(folders).subarray(0, -1024), Buffer.alloc(1024, 'x')])
  await assert.rejects(readArchive(gzipSync(tar), defaultLimits), { code: 'PACKAGE_ENTRIES_TOO_MANY' })
})

test('takes a path of 1,024 bytes', async () => {
  const path = `${'a/'.repeat(511)}bc`
  for (const { make } of formats)
    assert.deepEqual([...(await readArchive(make([{ path, content: 'x' }]), defaultLimits)).keys()], [path])
})

test('refuses what unpacks to more than allowed before it fills the memory', async () => {
  const zeros = gzipSync(
    Buffer.alloc(defaultLimits.packageUnpackedBytesMax + defaultLimits.packageEntriesMax * 1024 + 1),
  )
  await assert.rejects(readArchive(zeros, defaultLimits), { code: 'PACKAGE_TOO_LARGE' })
})

test('reads a zip, names and contents (W 11.1)', async () => {
  const entries = [file, { path: 'js/é.js', content: 'a'.repeat(1025) }, { path: 'css/', flag: '5' }]
  const files = await readArchive(makeZip(entries), defaultLimits)
  assert.deepEqual([...files.keys()], ['index.html', 'js/é.js'])
  assert.equal(files.get('js/é.js')?.length, 1025)
})

test('reads the backslashes that old tools write into a zip as slashes', async () => {
  const files = await readArchive(makeZip([{ path: 'js\\a.js', content: 'a' }]), defaultLimits)
  assert.deepEqual([...files.keys()], ['js/a.js'])
  await assert.rejects(readArchive(makeZip([{ path: 'js\\..\\..\\a.js' }]), defaultLimits), {
    code: 'PACKAGE_PATH_REFUSED',
  })
})

test('refuses a zip that unpacks to more than allowed before it is unpacked', async () => {
  const half = Buffer.alloc(defaultLimits.packageUnpackedBytesMax / 2)
  const entries = ['a', 'b', 'c'].map((path) => ({ path, content: half }))
  await assert.rejects(readArchive(makeZip(entries), defaultLimits), { code: 'PACKAGE_TOO_LARGE' })
})

const damages = [
  { name: 'whose entry is larger than it says', zip: makeZip([{ path: 'a', content: 'aaaa' }], () => 1) },
  { name: 'whose entry is smaller than it says', zip: makeZip([{ path: 'a', content: 'aaaa' }], () => 9) },
  { name: 'that is cut short', zip: makeZip([file]).subarray(0, -30) },
  { name: 'with a wrong checksum', zip: withoutChecksums(makeZip([file])) },
]

for (const { name, zip } of damages) {
  test(`refuses a zip ${name}`, async () => {
    await assert.rejects(readArchive(zip, defaultLimits), { code: 'PACKAGE_ARCHIVE_MALFORMED' })
  })
}

function withoutChecksums(zip: Uint8Array): Uint8Array {
  const bytes = Buffer.from(zip)
  return bytes.fill(0, bytes.indexOf('PK\x01\x02') + 16, bytes.indexOf('PK\x01\x02') + 20)
}

test('refuses what is neither a gzip’d tar nor a zip, and what is damaged', async () => {
  await assert.rejects(readArchive(Buffer.from('hello'), defaultLimits), { code: 'PACKAGE_FORMAT_UNKNOWN' })
  const cut = makeTar([{ path: 'a', content: 'x'.repeat(1000) }]).subarray(0, 1024)
  for (const tar of [cut, Buffer.alloc(1024, 'x')]) {
    await assert.rejects(readArchive(gzipSync(tar), defaultLimits), { code: 'PACKAGE_ARCHIVE_MALFORMED' })
  }
  await assert.rejects(readArchive(Buffer.from('1f8b00', 'hex'), defaultLimits), {
    code: 'PACKAGE_ARCHIVE_MALFORMED',
  })
})

for (const format of ['ustar', 'pax', 'gnu', 'v7']) {
  test(`reads what tar --format=${format} writes`, async () => {
    const folder = join(scratch, format)
    // v7 and ustar have no room for a name this long.
    const deep = format === 'pax' || format === 'gnu' ? `${'long-name-'.repeat(12)}é` : 'short'
    mkdirSync(join(folder, deep), { recursive: true })
    writeFileSync(join(folder, 'index.html'), '<p>')
    writeFileSync(join(folder, deep, 'a.js'), 'a'.repeat(1025))
    const archive = execFileSync('tar', ['-cz', `--format=${format}`, '-C', folder, '.'])
    const files = await readArchive(archive, defaultLimits)
    assert.deepEqual([...files.keys()].sort(), ['index.html', `${deep}/a.js`].sort())
    assert.equal(files.get(`${deep}/a.js`)?.length, 1025)
  })
}

test('a folder with a link in it is refused too', async () => {
  const folder = mkdtempSync(join(scratch, 'folder-'))
  writeFileSync(join(folder, 'index.html'), 'x')
  assert.deepEqual([...(await readFolder(folder, defaultLimits)).keys()], ['index.html'])
  symlinkSync('/etc/passwd', join(folder, 'a'))
  await assert.rejects(readFolder(folder, defaultLimits), { code: 'PACKAGE_ENTRY_REFUSED' })
  await assert.rejects(readFolder(join(scratch, 'missing'), defaultLimits), {
    code: 'PACKAGE_FOLDER_NOT_FOUND',
  })
})
