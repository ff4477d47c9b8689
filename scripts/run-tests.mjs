// Runs test files in the order in which they are given (`node --test` would sort them), so many at once:
// `node scripts/run-tests.mjs 3 FILE…`
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const [atOnce, ...files] = process.argv.slice(2)
const events = run({ files, concurrency: Number(atOnce), execArgv: ['--test-timeout=180000'] })
events.on('test:fail', () => {
  process.exitCode = 1
})
events.compose(new spec()).pipe(process.stdout)
