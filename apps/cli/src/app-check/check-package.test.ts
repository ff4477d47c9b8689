import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'
import { create } from 'tar'
import { exitCodes } from '../exit-codes.ts'
import { runPillion } from '../run-pillion.ts'
import { checkPackage } from './check-package.ts'
import type { Finding } from './finding.ts'

const scratch = mkdtempSync(join(tmpdir(), 'pillion-check-'))
after(() => rmSync(scratch, { recursive: true }))

const examples = resolve(import.meta.dirname, '../../../../examples/apps')
const icon = (size: number) => readFileSync(join(examples, `messages/icons/icon-${size}x${size}.png`))
const manifest = { artifactId: 'demo', version: '1.0.0', buildDate: '2025-01-31 12:00' }

/** Without fault. */
const clean: Record<string, string | Uint8Array> = {
  'index.html': '<!doctype html>\n<script src="js/app.js"></script>\n',
  'info.json': JSON.stringify(manifest),
  'js/app.js': 'var a = 1\n',
  'icons/icon-100x100.png': icon(100),
  'icons/icon-136x136.png': icon(136),
}

type Files = Record<string, string | Uint8Array | undefined>

function write(files: Files, prefix = ''): string {
  const folder = join(mkdtempSync(join(scratch, 'app-')), 'demo')
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue
    const file = join(folder, prefix, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return folder
}

/** severity file:line rule */
function describeFinding({ severity, file, line, rule }: Finding): string {
  return `${severity} ${file}${line === undefined ? '' : `:${line}`} ${rule}`
}

// What is found | what the app has besides, or instead | the findings | what one of them says
type Row = [what: string, files: Files, expected: string[], says?: RegExp]

function check(rows: readonly Row[]): void {
  for (const [what, files, expected, says = /./] of rows) {
    test(what, async () => {
      const { findings } = await checkPackage(write({ ...clean, ...files }))
      assert.deepEqual(findings.map(describeFinding), expected)
      if (findings.length > 0) assert.match(findings.map(({ message }) => message).join('\n'), says)
    })
  }
}

const page = (line: string) => ({ 'index.html': `<!doctype html>\n\n${line}\n` })
const script = (text: string) => ({ 'js/app.js': text })
const info = (changes: object) => ({
  'info.json': JSON.stringify({ ...manifest, ...changes }, undefined, 2),
})

describe('nothing is found', () => {
  check([
    ['in an app that keeps the rules', {}, []],
    [
      'in jQuery at its addresses (W 11.3)',
      page(
        '<script src="../../shared/libs/jquery/1.10.0/jquery.js"></script><script src="../test/shared/libs/jquery/1.10.0/jquery.js"></script>',
      ),
      [],
    ],
    [
      'in a manifest with comments and trailing commas (W 11.2)',
      { 'info.json': `// app\n${JSON.stringify(manifest).replace('}', ',}')}` },
      [],
    ],
    [
      'in comments that name addresses',
      {
        ...script('// http://a.example\n/* http://b.example */'),
        'css/a.css': '/* url(http://c.example) */',
        ...page('<!-- <img src="http://d.example"> -->'),
      },
      [],
    ],
    ['in the names of XML vocabularies', script('var svg = "http://www.w3.org/2000/svg"'), []],
    [
      'in scripts that are none',
      page(
        '<script type="text/template"><img src=x>`</script><script type="application/json">{"a":1}</script>',
      ),
      [],
    ],
    [
      'in links that load nothing',
      page('<link rel="canonical" href="https://a.example"><a href="#x">x</a>'),
      [],
    ],
    [
      'in own files with a query, encoded or in capitals as they are',
      {
        ...page('<img src="img/My%20Car.png?v=1#x"><img src="data:image/png;base64,AA==">'),
        'img/My Car.png': 'x',
      },
      [],
    ],
    [
      'in ES5 as the engine takes it: reserved names as properties, handlers that return',
      {
        ...script('var a = { class: 1, "default": 2 }; a.class = a.default; /[/]/.test("")'),
        ...page('<a onclick="doIt(); return false">x</a>'),
      },
      [],
    ],
    [
      'in style sheets whose texts look like addresses, and in names of namespaces',
      {
        'css/a.css': `@namespace svg url(http://www.w3.org/2000/svg);
a { content: "url(http://a.example)"; background: url("data:image/gif;base64,R0l/*=") }
b { background: url( '../img/a\\ b.png' ) }`,
        'img/a b.png': 'x',
      },
      [],
    ],
    [
      'in what <base> says is elsewhere in the package',
      { ...page('<base href="img/"><img src="a.png">'), 'img/a.png': 'x' },
      [],
    ],
    ['in links that run ES5', page('<a href="javascript:void(0)">x</a>'), []],
    ['in a package of a system with other line breaks', { 'js/app.js': '\uFEFFvar a\r\nvar b\r\n' }, []],
    ['in what is no part of a package', { '.git/config': 'x', 'node_modules/a/index.html': '<p>' }, []],
  ])
})

describe('the manifest (W 11.2)', () => {
  check([
    ['is missing', { 'info.json': undefined }, ['error info.json manifest'], /no info\.json/],
    ['cannot be read', { 'info.json': '{\n  "artifactId": demo\n}' }, ['error info.json manifest'], /demo/],
    [
      'cannot be read after comments',
      { 'info.json': '/* a\n b */ {\n // c\n  "artifactId" "demo"\n}' },
      ['error info.json:4 manifest'],
    ],
    ['holds no object', { 'info.json': '[]' }, ['error info.json manifest']],
    ['has no artifactId', info({ artifactId: undefined }), ['error info.json manifest'], /artifactId/],
    ['has an artifactId that is no id', info({ artifactId: '../demo' }), ['error info.json:2 manifest']],
    [
      'with line breaks of other systems, by the line that editors show',
      { 'info.json': JSON.stringify({ ...manifest, version: '1' }, undefined, 2).replaceAll('\n', '\r') },
      ['error info.json:3 manifest'],
    ],
    ['has a version of two numbers', info({ version: '1.0' }), ['error info.json:3 manifest'], /version/],
    ['has no buildDate', info({ buildDate: undefined }), ['error info.json manifest'], /buildDate/],
    ['has a date of another form', info({ buildDate: '2025-01-31' }), ['error info.json:4 manifest']],
    ['has a name that is no text', info({ name: 7 }), ['error info.json:5 manifest']],
    ['has icons of another form', info({ icons: { '*': 'a.png' } }), ['error info.json:5 manifest']],
  ])
})

describe('pages and sizes (W 11.1)', () => {
  check([
    ['index.html is missing', { 'index.html': undefined }, ['error index.html page']],
    ['there is a second page', { 'help.html': '<p>' }, ['error help.html page']],
    ['a page that nests deep is no trouble', page('<div>'.repeat(20_000)), []],
    ['20 MB are exceeded', { big: new Uint8Array(20 * 1024 * 1024) }, ['error  size'], /at most/],
  ])
})

describe('icons (W 11.2)', () => {
  check([
    [
      'there is none',
      { 'icons/icon-100x100.png': undefined, 'icons/icon-136x136.png': undefined },
      ['warning  icon'],
      /generic/,
    ],
    [
      'one has another size',
      { 'icons/icon-136x136.png': icon(100) },
      ['warning icons/icon-136x136.png icon'],
      /100 × 100, not 136 × 136/,
    ],
    [
      'one is no PNG',
      { 'icons/icon-AP-100x100.png': 'GIF89a' },
      ['warning icons/icon-AP-100x100.png icon'],
      /not a PNG/,
    ],
    [
      'one has more bytes than head units took',
      { 'icons/icon-100x100.png': Buffer.concat([icon(100), Buffer.alloc(15_000)]) },
      ['warning icons/icon-100x100.png icon'],
      /at most 15000/,
    ],
    [
      'the manifest names one that is not there',
      info({ icons: { AC: { 136: 'img/c.png' } } }),
      ['warning info.json icon'],
      /img\/c\.png/,
    ],
    [
      'the manifest gives one for another size',
      info({ icons: { '*': { 136: './icons/icon-100x100.png' } } }),
      ['warning icons/icon-100x100.png icon'],
      /not 136/,
    ],
  ])
})

describe('addresses beyond the vehicle (W 11.4)', () => {
  check([
    [
      'a script',
      page('<script src="https://cdn.example/jquery.js"></script>'),
      ['error index.html:3 address'],
      /cdn\.example/,
    ],
    [
      'a script without scheme',
      page('<script\n  src="//cdn.example/a.js"></script>'),
      ['error index.html:4 address'],
    ],
    [
      'a style sheet',
      page('<link rel="stylesheet" href="http://cdn.example/a.css">'),
      ['error index.html:3 address'],
    ],
    [
      'as browsers read it: white space, backslashes, one slash',
      page(
        '<img src=" http://a.example/a.png"><img src="ht\ntp://b.example/"><img src="\\\\c.example\\a"><img src="https:/d.example">',
      ),
      [
        'error index.html:3 address',
        'error index.html:3 address',
        'error index.html:4 address',
        'error index.html:4 address',
      ],
    ],
    [
      'of several images',
      page('<img srcset="//a.example/a.png 2x, data:image/gif;base64,R0 1x,http://b.example/b.png 3x">'),
      ['error index.html:3 address', 'error index.html:3 address'],
      /a\.png;.*\n.*b\.png;/,
    ],
    [
      'in a drawing, in a table',
      page(
        '<svg>\n<image xlink:href="http://a.example/a.png"/></svg><table>\n<td background="//b.example/b.png"></table>',
      ),
      ['error index.html:4 address', 'error index.html:5 address'],
    ],
    [
      'of a button, and for the whole page',
      page('<base href="http://a.example/"><button formaction="//b.example">x</button>'),
      ['warning index.html:3 address', 'warning index.html:3 address'],
    ],
    ['an image', page('<img src="http://cdn.example/a.png">'), ['error index.html:3 address']],
    ['a link', page('<a href="http://www.example">x</a>'), ['warning index.html:3 address']],
    ['a form', page('<form action="https://api.example/login"></form>'), ['warning index.html:3 address']],
    [
      'in a style',
      page('<style>\nbody { background: url(http://cdn.example/a.png) }\n</style>'),
      ['error index.html:4 address'],
    ],
    [
      'in a style attribute',
      page('<p style="background: url(\'//cdn.example/a.png\')">'),
      ['error index.html:3 address'],
    ],
    [
      'in a style sheet',
      {
        'css/a.css':
          '/* a\n */\n@import "http://cdn.example/b.css";\na { src: url("https://cdn.example/f.ttf") }',
      },
      ['error css/a.css:3 address', 'error css/a.css:4 address'],
    ],
    [
      'in a style sheet, between comments, escaped, after what looks like a comment',
      {
        'css/a.css': [
          '@import/**/url( "http:\\2F\\2F a.example/a.css" );',
          'a { background: url(http://b.example/*.png) }',
          'b { background: URL("http://c.example/\\\n*/c.png") }',
          "@IMPORT 'http://d.example/d.css';",
        ].join('\r\n'),
      },
      [1, 2, 3, 5].map((line) => `error css/a.css:${line} address`),
      /http:\/\/a\.example\/a\.css/,
    ],
    [
      'in a script’s text',
      script('var a = 1\nvar url = "https:\\/\\/api.example/v1"\nsocket("wss://s.example")'),
      ['warning js/app.js:2 address', 'warning js/app.js:3 address'],
      /https:\/\/api\.example\/v1/,
    ],
    [
      'in an inline script',
      page('<script>\n\nload("http://api.example")\n</script>'),
      ['warning index.html:5 address'],
    ],
  ])
})

describe('files that are not there (W 11.3)', () => {
  check([
    ['a script', page('<script src="js/none.js"></script>'), ['error index.html:3 file'], /js\/none\.js/],
    [
      'an image whose name has other capitals',
      { ...page('<img src="IMG/a.png">'), 'img/a.png': 'x' },
      ['error index.html:3 file'],
    ],
    [
      'an image of a style sheet, beside it',
      { 'css/a.css': 'a { background: url(img/a.png) }', 'img/a.png': 'x' },
      ['error css/a.css:1 file'],
      /css\/img\/a\.png/,
    ],
    [
      'another version of jQuery',
      page('<script src="/shared/libs/jquery/3.0.0/jquery.js"></script>'),
      ['error index.html:3 file'],
    ],
    ['a file of another app', page('<img src="../other/a.png">'), ['error index.html:3 file']],
  ])
})

describe('syntax (W 11.4)', () => {
  const newer: [what: string, text: string][] = [
    ['let', 'let a = 1'],
    ['an arrow', 'f(function () {})\nvar g = () => 1'],
    ['a template', 'var a = `x`'],
    ['a class', 'class A {}'],
    ['async', 'async function f() { await g() }'],
    ['a default', 'function f(a = 1) {}'],
    ['optional chaining', 'a?.b'],
    ['a module', 'import a from "./a.js"\nexport var b = a'],
    ['a regular expression with a new flag', 'var a = /x/u'],
    ['a shorthand', 'var a = { b }'],
  ]
  check(
    newer.map(
      ([what, text]): Row => [
        `newer than ES5: ${what}`,
        script(`var first = 1\n${text}`),
        [`error js/app.js:${text.includes('=> 1') ? 3 : 2} es5`],
        /Newer than ES5, at /,
      ],
    ),
  )
  check([
    [
      'newer than ES5 in an inline script, by the line of the page',
      page('<script>\nvar a = 1\nconst b = 2\n</script>'),
      ['error index.html:5 es5'],
    ],
    ['newer than ES5 in a handler', page('<a onclick="go(() => 1)">x</a>'), ['error index.html:3 es5']],
    ['newer than ES5 in a link', page('<a href="javascript:go(() => 1)">x</a>'), ['error index.html:3 es5']],
    [
      'newer than ES5, with a line break of another system',
      script('var a\r\nlet b\r\n'),
      ['error js/app.js:2 es5'],
      /"b"/,
    ],
    ['a module script', page('<script type="module" src="js/app.js"></script>'), ['error index.html:3 es5']],
    ['no syntax at all', script('var a = 1\nvar = 2'), ['error js/app.js:2 syntax'], /at "= 2"/],
    ['the end is missing', script('function f() {\n'), ['error js/app.js:2 syntax'], /at the end/],
    [
      'newer than ES5, and an address',
      script('let a = "http://api.example"'),
      ['error js/app.js:1 es5', 'warning js/app.js:1 address'],
    ],
  ])
})

describe('media (W 11.4)', () => {
  check([
    ['a video', { 'a.mp4': 'x' }, ['warning a.mp4 media']],
    ['a format of later years', { 'img/a.webp': 'x' }, ['warning img/a.webp media']],
  ])
})

describe('an archive (W 11.1)', () => {
  const fileName = 'app_demo-v1.0.0_20250131.tar.gz'

  async function pack(options: { prefix?: string; fileName?: string; md5?: string | null; files?: Files }) {
    const folder = write({ ...clean, ...options.files }, options.prefix ?? 'web/apps/demo')
    const file = join(dirname(folder), options.fileName ?? fileName)
    await create({ gzip: true, cwd: folder, file }, ['.'])
    const hash = createHash('md5').update(readFileSync(file)).digest('hex')
    const md5 = options.md5 === undefined ? `${hash} ${options.fileName ?? fileName}\n` : options.md5
    if (md5 !== null) writeFileSync(`${file}.md5`, md5)
    return file
  }

  const rows: [what: string, options: Parameters<typeof pack>[0], expected: string[]][] = [
    ['that keeps the rules', {}, []],
    ['with an underscore before v', { fileName: 'app_demo_v1.0.0_20250131.tar.gz' }, []],
    [
      'with media',
      { files: { '../../media/demo/a.ogg': 'x', 'index.html': '<audio src="/media/demo/a.ogg">' } },
      [],
    ],
    ['named otherwise', { fileName: 'demo.tar.gz' }, ['error  name']],
    ['named after another app', { fileName: 'app_other-v1.0.0_20250131.tar.gz' }, ['error  name']],
    ['named after another version', { fileName: 'app_demo-v1.0.1_20250131.tar.gz' }, ['error  name']],
    ['not in web/apps/', { prefix: '' }, ['error  name']],
    ['in web/apps/ below a folder', { prefix: 'p/web/apps/demo' }, ['error  name']],
    [
      'in the folder of another app',
      { prefix: 'web/apps/other' },
      ['error  name', 'error web/apps/other/info.json:1 manifest'],
    ],
    ['without .md5 file', { md5: null }, ['error  md5']],
    ['with an .md5 file without final line break', { md5: 'x' }, ['error  md5']],
    ['with the .md5 file of another', { md5: `${'0'.repeat(32)} ${fileName}\n` }, ['error  md5']],
  ]
  for (const [what, options, expected] of rows) {
    test(what, async () => {
      const { findings } = await checkPackage(await pack(options))
      assert.deepEqual(findings.map(describeFinding), expected, JSON.stringify(findings))
    })
  }

  test('that the server refuses', async () => {
    const folder = write(clean)
    symlinkSync('/etc/passwd', join(folder, 'link'))
    const file = join(dirname(folder), fileName)
    await create({ gzip: true, cwd: folder, file }, ['.'])
    const { idApp, findings } = await checkPackage(file)
    assert.equal(idApp, undefined)
    assert.deepEqual(findings.map(describeFinding), ['error  package'])
  })
})

test('names the symbolic links of a folder, which stay out (W 11.1)', async () => {
  const folder = write(clean)
  symlinkSync('/etc/passwd', join(folder, 'js/link.js'))
  const { findings } = await checkPackage(folder)
  assert.deepEqual(findings.map(describeFinding), ['warning js/link.js package'])
})

test('reads hostile style sheets once, not again and again from each place in them', async () => {
  // Hours, if it did; the runner ends what takes minutes.
  const hostile = [
    'url('.repeat(200_000) + ' '.repeat(200_000),
    'url("'.repeat(200_000),
    '/*'.repeat(200_000),
  ]
  const many = 'a { background: url(../js/app.js) }\n'.repeat(50_000)
  const files = { ...clean, 'css/a.css': hostile.join('\n'), 'css/b.css': many }
  const { findings } = await checkPackage(write(files))
  // All of the first is the one address that its first bracket opens.
  assert.deepEqual(findings.map(describeFinding), ['error css/a.css:1 file'])
})

describe('pillion app check', () => {
  test('prints one line per finding as compilers do, and ends with 1 if one is an error', async () => {
    const folder = write({ ...clean, 'js/app.js': 'var a = 1\nlet b = 2\n', 'a.mp4': 'x' })
    const { exitCode, stdout, stderr } = await runPillion(['app', 'check', 'demo'], { cwd: dirname(folder) })
    assert.equal(exitCode, exitCodes.failed)
    const [first, second, ...rest] = stdout.split('\n')
    assert.match(first ?? '', /^demo\/a\.mp4: warning: .* \(media\)$/)
    assert.equal(second, 'demo/js/app.js:2: error: Newer than ES5, at "b = 2". (es5)')
    assert.deepEqual(rest, [''])
    assert.match(stderr, /demo: 1 error, 1 warning\./)
  })

  test('prints JSON, and ends with 0 if there are only warnings', async () => {
    const folder = write({ ...clean, 'a.mp4': 'x' })
    const { exitCode, stdout } = await runPillion(['app', 'check', folder, '--json'], { cwd: scratch })
    assert.equal(exitCode, exitCodes.ok)
    const { findings, ...rest } = JSON.parse(stdout)
    assert.deepEqual(rest, { idApp: 'demo', errors: 0, warnings: 1 })
    assert.deepEqual(findings.map(describeFinding), ['warning a.mp4 media'])
  })

  test('needs something to check', async () => {
    const { exitCode, stderr } = await runPillion(['app', 'check', 'nowhere'], { cwd: scratch })
    assert.equal(exitCode, exitCodes.usage)
    assert.match(stderr, /nowhere/)
  })

  test('finds nothing in the example apps', async () => {
    for (const name of ['messages', 'deliveries'])
      assert.deepEqual((await checkPackage(join(examples, name))).findings, [])
  })
})
