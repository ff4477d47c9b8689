// `npm test`: types, lint, then every test. Arguments narrow it: `npm test -- packages/host` runs that folder's tests only.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chooseFilesForEachTime } from '../test/support/over-nodes-files.ts'

const [folder] = process.argv.slice(2)
const steps = []
if (folder === undefined) {
  steps.push(['types', 'tsc', ['-p', '.']])
  steps.push(['lint and format', 'biome', ['check', '--error-on-warnings', '.']])
}
const files = globSync(`${folder ?? '{packages,sdks,apps,bench,examples,test}'}/**/*.test.ts`, {
  exclude: ['**/node_modules/**', '**/dist/**'],
})
if (files.length === 0) {
  console.error(`no test files in ${folder}`)
  process.exit(1)
}
// Those in which time counts want the machine to themselves; long days leave some of it to one another.
const timed = /^test\/(nodes\/faults|hostile-(?!app))|^bench\/src\/(servers|workloads)\//
const steady = /^bench\/|^test\/(head-unit-day|server-day|hostile-app|nodes\/|push\/failed-sign-ins)/
const measuring = files.filter((file) => timed.test(file))
const lasting = files.filter((file) => !timed.test(file) && steady.test(file))
const others = files.filter((file) => !timed.test(file) && !steady.test(file))
// Before the others those that take long and often wait, so that none of them is left over for the end.
const long = /^test\/(portal-|small-apps|push-demo|mosquitto|partner-|docs\/pages)|^apps\/(portal|cli)\//
const longFirst = (some) => [...some.sort()].sort((a, b) => Number(long.test(b)) - Number(long.test(a)))
const overNodes = chooseFilesForEachTime(files)
for (const [what, some, program, atOnce] of [
  ['test files', others, 'scripts/run-tests.mjs', 5],
  ['test files in which time counts', measuring, 'scripts/run-tests.mjs', 1],
  ['test files that last', lasting, 'scripts/run-tests.mjs', 2],
  ['test files over three nodes', overNodes, 'test/support/over-nodes.ts', 3],
]) {
  if (some.length === 0) continue
  steps.push([`${some.length} ${what}`, process.execPath, [program, String(atOnce), ...longFirst(some)]])
}
// Every test file is a process of its own, and most of them load the same modules.
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)) }

let failed = false
for (const [name, command, args] of steps) {
  console.log(`\n— ${name}`)
  const startedAt = performance.now()
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...env, ...process.env } })
  console.log(`${name}: ${status === 0 ? 'passed' : 'FAILED'}, ${secondsSince(startedAt)} s`)
  if (status !== 0) failed = true
  // What does not compile need not be tried; of tests one wants to know all that fail.
  if (failed && (command === 'tsc' || command === 'biome')) break
}
if (failed) {
  console.error('\nnpm test: failed')
  process.exitCode = 1
}

function secondsSince(startedAt) {
  return ((performance.now() - startedAt) / 1000).toFixed(0)
}
