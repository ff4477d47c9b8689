import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findIcon, findIcons } from './find-icon.ts'

const icons = {
  AP: { 100: 'p100.png', 136: 'p136.png' },
  '*': { 136: '/all.png' },
}

// What is wanted | the files of the package | what is found, by the lookup of W 11.2
const rows: [
  what: string,
  wanted: { brand?: string; size?: string },
  files: string[],
  icon: string | undefined,
][] = [
  ['the brand’s entry in the size', { brand: 'AP', size: '100' }, ['p100.png', 'p136.png'], 'p100.png'],
  [
    'the brand’s entry in another size before all others',
    { brand: 'AP', size: '100' },
    ['p136.png', 'all.png'],
    'p136.png',
  ],
  ['the entry for every brand', { brand: 'AC', size: '100' }, ['p100.png', 'all.png'], 'all.png'],
  [
    'a brand’s file, when the entries lead nowhere',
    { brand: 'AC', size: '136' },
    ['icons/icon-136x136.png', 'icons/icon-AC-100x100.png'],
    'icons/icon-AC-100x100.png',
  ],
  [
    'icons/ before icon/ before the root',
    { brand: 'DS', size: '136' },
    ['icon-136x136.png', 'icon/icon-136x136.png', 'icons/icon-136x136.png'],
    'icons/icon-136x136.png',
  ],
  [
    'icon/ before the root',
    { brand: 'DS', size: '136' },
    ['icon-136x136.png', 'icon/icon-136x136.png'],
    'icon/icon-136x136.png',
  ],
  ['the root', { brand: 'DS', size: '136' }, ['icon-100x100.png'], 'icon-100x100.png'],
  [
    'a size of the later generation, when there is no other',
    { brand: 'OP' },
    ['icon-128x128.png'],
    'icon-128x128.png',
  ],
  ['nothing of another brand', { brand: 'VX' }, ['p100.png', 'icons/icon-AC-100x100.png'], undefined],
  ['any brand’s, for whoever knows none', {}, ['p136.png'], 'p136.png'],
]

for (const [what, wanted, files, icon] of rows) {
  test(`finds ${what} (W 11.2)`, () => {
    const app = new Map(files.map((path) => [path, new Uint8Array()]))
    assert.equal(findIcon(app, icons, wanted), icon)
  })
}

test('the table has every brand in both sizes of the first generation (W 11.2)', () => {
  const app = new Map(['p100.png', 'p136.png', 'all.png'].map((path) => [path, new Uint8Array()]))
  const all = { 100: 'all.png', 136: 'all.png' }
  assert.deepEqual(findIcons(app, icons), {
    AP: { 100: 'p100.png', 136: 'p136.png' },
    AC: all,
    DS: all,
    OP: all,
    VX: all,
  })
})

test('is not led astray by brands and sizes that are no texts or names of objects (W 11.2)', () => {
  const odd = { AP: 'x', '*': { 136: 7, constructor: 'c.png' }, __proto__: { AC: { 136: 'a.png' } } }
  assert.equal(findIcon(new Map([['a.png', new Uint8Array()]]), odd, { brand: 'AC' }), undefined)
})
