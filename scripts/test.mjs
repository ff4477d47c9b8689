// `npm test`: types, lint, then every test. Arguments narrow it: `npm test -- packages/host` runs that folder's tests only.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chooseFilesForEachTime } from '../test/support/over-nodes-files.ts'

/** They measure time: each wants the machine to itself. */
const timed = /^test\/(nodes\/faults|hostile-(?!app))|^bench\/src\/(servers|workloads)\//
/** They last, or measure memory: two leave each other room enough. */
const lasting = /^bench\/|^test\/(head-unit-day|server-day|hostile-app|nodes\/|push\/failed-sign-ins)/
/** They take long and often wait: they begin, so that none of them is left over for the end. */
const long =
  /^test\/(portal-|small-apps|push-demo|push\/isolation|mosquitto|partner-|docs\/pages)|^apps\/(portal|cli)\//

const checks = [
  ['types', 'tsc', ['-p', '.']],
  ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
]
// Most of the processes load the same modules.
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)) }

const [folder] = process.argv.slice(2)
const files = globSync(`${folder ?? '{packages,sdks,apps,bench,examples,test}'}/**/*.test.ts`, {
  exclude: ['**/node_modules/**', '**/dist/**'],
})
if (files.length === 0) {
  console.error(`no test files in ${folder}`)
  process.exit(1)
}
// What does not compile need not be tried; of tests one wants to know all that fail.
const passed = (folder !== undefined || checks.every(run)) && divide(files).map(run).every(Boolean)
if (!passed) {
  console.error('\nnpm test: failed')
  process.exitCode = 1
}

/** Steps that each run some of the files, so many at once. */
function divide(files) {
  const kindOf = (file) => (timed.test(file) ? 'timed' : lasting.test(file) ? 'lasting' : 'other')
  const ofKind = { timed: [], lasting: [], other: [], ...Object.groupBy(files, kindOf) }
  return [
    ['test files', ofKind.other, 'scripts/run-tests.mjs', 6],
    ['test files in which time counts', ofKind.timed, 'scripts/run-tests.mjs', 1],
    ['test files that last', ofKind.lasting, 'scripts/run-tests.mjs', 2],
    ['test files over three nodes', chooseFilesForEachTime(files), 'test/support/over-nodes.ts', 3],
  ]
    .filter(([, some]) => some.length > 0)
    .map(([what, some, program, atOnce]) => {
      const inOrder = some.toSorted((a, b) => long.test(b) - long.test(a) || (a < b ? -1 : 1))
      return [`${some.length} ${what}`, process.execPath, [program, String(atOnce), ...inOrder]]
    })
}

/** @returns {boolean} it passed */
function run([name, command, args]) {
  console.log(`\n— ${name}`)
  const startedAt = performance.now()
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...env, ...process.env } })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  console.log(`${name}: ${status === 0 ? 'passed' : 'FAILED'}, ${seconds} s`)
  return status === 0
}
