// `npm test`: types, lint, then every test. Arguments narrow it: `npm test -- packages/host` runs that folder's tests only.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

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
// Those in which time counts want the machine to themselves; the others share it.
const timed = /^bench\/|^test\/(hostile-|head-unit-day|server-day|push\/failed-sign-ins)/
const measuring = files.filter((file) => timed.test(file))
const others = files.filter((file) => !measuring.includes(file))
for (const [what, some, atOnce] of [
  ['test files', others, 2],
  ['test files in which time counts', measuring, 1],
]) {
  if (some.length === 0) continue
  const args = ['--test', '--test-timeout=180000', `--test-concurrency=${atOnce}`, ...some.sort()]
  steps.push([`${some.length} ${what}`, process.execPath, args])
}

for (const [name, command, args] of steps) {
  console.log(`\n— ${name}`)
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) {
    console.error(`\n${name}: failed`)
    process.exit(1)
  }
}
