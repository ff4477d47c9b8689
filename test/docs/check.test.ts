import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDocs } from '../../scripts/docs/check.ts'
import { checkCommands } from '../../scripts/docs/commands.ts'
import { checkLinks, checkPaths } from '../../scripts/docs/links.ts'
import { checkNames } from '../../scripts/docs/names.ts'
import { parsePage } from '../../scripts/docs/page.ts'
import { formatProblem } from '../../scripts/docs/problem.ts'

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
  [
    'a key in a configuration file',
    '```yaml\nlisteners:\n  htpp: { port: 1 }\n```',
    ['the configuration has no listeners.htpp.port; did you mean listeners.http.port?'],
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
