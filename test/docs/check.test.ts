import assert from 'node:assert/strict'
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkDocs } from '../../scripts/docs/check.ts'
import { checkCommands } from '../../scripts/docs/commands.ts'
import { checkLinks, checkPaths } from '../../scripts/docs/links.ts'
import { checkNames } from '../../scripts/docs/names.ts'
import { parsePage, readPage } from '../../scripts/docs/page.ts'
import { formatProblem } from '../../scripts/docs/problem.ts'
import { root } from '../../scripts/docs/root.ts'
import { checkSnippets } from '../../scripts/docs/snippets.ts'
import { checkTypedSnippets } from '../../scripts/docs/typed-snippets.ts'
import { missing, runProgram } from '../support/program.ts'

test('what the documentation says of links, commands, codes, metrics and keys is so', () => {
  assert.deepEqual(checkDocs().map(formatProblem), [])
})

/** Text of a page → what is found wrong with it. */
const faulty: readonly [name: string, text: string, problems: readonly string[]][] = [
  ['a file that is not there', '[x](none.md)', ['none.md leads to docs/none.md, which is not there']],
  [
    'a heading that is not there',
    '[x](architecture.md#the-probelm)',
    ['docs/architecture.md has no heading #the-probelm; did you mean the-problem?'],
  ],
  ['a command', '`pillion serv`', ['there is no `pillion serv`; did you mean serve?']],
  [
    'an option',
    '`pillion app add --pakage`',
    ['`pillion app add --pakage` has no --pakage; did you mean --package?'],
  ],
  [
    'a command that lacks what it needs',
    '```sh\nnpx pillion app add x \\\n  --package y\n```',
    ["pillion app add x --package y: required option '--partner <uid>' not specified"],
  ],
  ['a script', '`npm run bensh`', ['there is no `npm run bensh`; did you mean bench?']],
  [
    'a metric',
    '`rate(pillion_droped_total[5m])`',
    ['there is no metric pillion_droped_total; did you mean pillion_dropped_total?'],
  ],
  [
    'a key',
    '`limits.conectionsMax`',
    ['the configuration has no limits.conectionsMax; did you mean limits.connectionsMax?'],
  ],
  ['a file', '`packages/schema/src/limit.ts`', ['there is no packages/schema/src/limit.ts']],
  [
    'a variable',
    '```sh\nPILLION_DATABASE__URI=x\n```',
    ['no variable is called PILLION_DATABASE__URI; did you mean PILLION_DATABASE__URL?'],
  ],
  ['an error code', '`TOPIC_NOT_FOUNT`', ['the code has no TOPIC_NOT_FOUNT; did you mean TOPIC_NOT_FOUND?']],
  ['a reason', '`outbox_ful`', ['the code has no outbox_ful; did you mean outbox_full?']],
  [
    'nothing where all is well',
    '[x](architecture.md#the-problem) `pillion send VIN --app IDAPP` `limits.push…` `outbox_full` `TOPIC_NOT_FOUND`\n' +
      '```sh\nnpx pillion send VIN --app x \'{"a":1}\' | cat   # so\n```',
    [],
  ],
]

for (const [name, text, problems] of faulty) {
  test(`finds ${name}, and says what may have been meant`, () => {
    const page = parsePage('docs/page.md', `# Page\n\n${text}\n`)
    const found = [
      ...checkLinks([page]),
      ...checkPaths([page]),
      ...checkCommands([page]),
      ...checkNames([page]),
    ]
    const line = text.startsWith('```') ? 4 : 3
    assert.deepEqual(
      found.map(formatProblem),
      problems.map((problem) => `docs/page.md:${line}: ${problem}`),
    )
  })
}

/** A block → what is found wrong with it. */
const snippets: readonly (readonly [name: string, block: string, problem: RegExp | undefined])[] = [
  ['a key that no configuration has', '```yaml\nlisteners:\n  htpp: { port: 1 }\n```', /listeners\.http/],
  [
    'a value that a key cannot have',
    '```yaml\nlisteners: { http: { port: many } }\n```',
    /listeners\.http\.port/,
  ],
  [
    'a configuration of which files are elsewhere',
    '```yaml\ntls: { certFile: /no.crt, keyFile: /no.key }\n```',
    undefined,
  ],
  [
    'a scenario',
    '<!-- is: scenario -->\n```yaml\nname: x\nsteps:\n  - { at: 0, set: { sped: 1 } }\n```',
    /sped/,
  ],
  ['a problem', '<!-- is: problem -->\n```json\n{ "code": "X" }\n```', /no ProblemBody/],
  [
    'an error of push',
    '<!-- is: push error -->\n```json\n{ "errorCode": "X", "message": "x" }\n```',
    /no error of push/,
  ],
  ['JSON of no kind', '```json\n{}\n```', /nothing checks this json/],
  ['a kind that nobody knows', '<!-- is: poem -->\n```text\nx\n```', /nothing checks this poem/],
  ['a language that nobody knows', '```perl\nx\n```', /nothing checks this perl/],
  ['one of these that says why nothing does', '<!-- runs not: nobody has it -->\n```perl\nx\n```', undefined],
  ['a block without a language', '```\nx\n```', /names no language/],
  ['shell on a page that nobody reads', '```sh\ntrue\n```', /no reader/],
  ['shell that only readers see', '<!-- first: true -->', /no reader/],
]

for (const [name, block, problem] of snippets) {
  test(`${problem === undefined ? 'takes' : 'finds'} ${name}`, () => {
    const [found, ...more] = checkSnippets([parsePage('docs/page.md', `# Page\n\n${block}\n`)])
    assert.deepEqual(more, [])
    if (problem === undefined) assert.equal(found, undefined)
    else assert.match(found?.what ?? '', problem)
  })
}

/** Where a mistake is in the syntax, the compiler does not look for others. */
const compiled: readonly (readonly [what: string, blocks: string, found: readonly string[]])[] = [
  [
    'names and types, but for names that the text around a snippet has',
    '```ts\nconst port: number = 1\nawait client.open(port.length)\n```\n\n```js\nimport { none } from "node:path"\n```',
    ['3 TS2339', '7 TS2305'],
  ],
  [
    'syntax, in pages and changes as well',
    '```html\n<script>\n  var = 1\n</script>\n```\n\n```diff\n-const old =\n+const now = (1\n```',
    ['3 TS1134', '3 TS1134', '9 TS1005'],
  ],
]

for (const [what, blocks, expected] of compiled) {
  test(`finds what the compiler does not take, with its line: ${what}`, () => {
    const found = checkTypedSnippets([parsePage('docs/page.md', blocks)])
    assert.deepEqual(
      found.map((problem) => `${problem.line} ${/\((TS\d+)\)$/.exec(problem.what)?.[1]}`),
      expected,
    )
  })
}

test('HAProxy takes what the pages say for it', { skip: missing('haproxy') }, async () => {
  const blocks = globSync('docs/**/*.md', { cwd: root, exclude: ['**/node_modules/**'] })
    .flatMap((file) => readPage(file).blocks)
    .filter(({ notes }) => notes.get('is') === 'haproxy')
  assert.notEqual(blocks.length, 0)
  const folder = mkdtempSync(join(tmpdir(), 'pillion-haproxy-'))
  for (const { text } of blocks) {
    writeFileSync(join(folder, 'haproxy.cfg'), `${text}\n`)
    const { exitCode, output } = await runProgram('haproxy', ['-c', '-f', join(folder, 'haproxy.cfg')])
    assert.equal(exitCode, 0, output)
  }
  rmSync(folder, { recursive: true })
})
