// Runs test files, so many processes at once: `node scripts/run-tests.mjs 3 FILE…`. Those of one folder that have nothing to do
// with a browser share a process, 8 at a time: most of what a small test costs is the start of its process.
import { spawn } from 'node:child_process'

const FILES_PER_PROCESS_MAX = 8
/** They take long, as with a browser, or measure what one process bears. */
const alone =
  /^test\/(?!push\/)|^(bench|examples|apps\/cli)\/|^apps\/\w+\/test\/|^packages\/(frame|relay-nats|store)\//
/** A process that still runs then waits for something that never comes. */
const PROCESS_MINUTES_MAX = 8

const [atOnce, ...files] = process.argv.slice(2)
const waiting = divide(files)
const running = new Set()
const failed = []
// Nobody else would end them.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of running) child.kill()
    process.exit(1)
  })
}
await Promise.all(Array.from({ length: Number(atOnce) }, work))
// Last, where nobody needs to look for it.
for (const { name, text } of failed) console.log(`\n✖ ${name}\n${withoutPassed(text)}`)
if (failed.length > 0) {
  console.log(`\nfailed:\n${failed.map(({ name }) => `  ${name}`).join('\n')}`)
  process.exitCode = 1
}

/** In the order in which they are given. */
function divide(files) {
  const portions = []
  const open = new Map()
  for (const file of files) {
    if (alone.test(file)) {
      portions.push([file])
      continue
    }
    const folder = file.split('/', 2).join('/')
    let portion = open.get(folder)
    if (portion === undefined || portion.length === FILES_PER_PROCESS_MAX) {
      portion = []
      open.set(folder, portion)
      portions.push(portion)
    }
    portion.push(file)
  }
  return portions
}

async function work() {
  for (let portion = waiting.shift(); portion !== undefined; portion = waiting.shift()) {
    const startedAt = performance.now()
    const { passed, text } = await runTogether(portion)
    const name = portion.length === 1 ? portion[0] : `${portion[0]} and ${portion.length - 1} more`
    const tests = /^ℹ tests (\d+)$/m.exec(text)?.[1] ?? '?'
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(`${passed ? '✔' : '✖'} ${name}: ${tests} tests, ${seconds} s`)
    if (!passed) failed.push({ name: portion.join(' '), text })
  }
}

function runTogether(portion) {
  const options = [
    '--test',
    '--test-isolation=none',
    '--test-force-exit',
    '--test-reporter=spec',
    '--test-timeout=180000',
  ]
  const child = spawn(process.execPath, [...options, ...portion], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const printed = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => printed.push(bytes))
  const tooLong = setTimeout(() => {
    printed.push(Buffer.from(`ended after ${PROCESS_MINUTES_MAX} minutes\n`))
    child.kill('SIGKILL')
  }, PROCESS_MINUTES_MAX * 60_000)
  return new Promise((resolve) => {
    child.on('close', (status) => {
      clearTimeout(tooLong)
      running.delete(child)
      resolve({ passed: status === 0, text: Buffer.concat(printed).toString() })
    })
  })
}

function withoutPassed(text) {
  return text
    .split('\n')
    .filter((line) => !/^\s*[✔▶ℹ]/.test(line))
    .join('\n')
    .trim()
}
