// Builds only what browsers load (frame, portal, console) and what others install (sdks); the rest runs as it is written.
// A part whose sources have not changed since its last build is left alone. `--force` builds everything.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const force = process.argv.includes('--force')
const windows = process.platform === 'win32'
/** What builds write; newer than any source. */
const generated = new Set(['dist', 'node_modules', 'cache', '.temp'])

/** `from`: folders whose newest file decides; `to`: a file that the build writes. */
const parts = [
  { name: 'sdks/partner', from: ['sdks/partner'], to: 'dist/index.js' },
  { name: 'sdks/vehicle', from: ['sdks/vehicle'], to: 'dist/globals.d.ts' },
  { name: 'sdks/push', from: ['sdks/push'], to: 'dist/index.js' },
  { name: 'packages/frame', from: ['packages/frame', 'packages/schema'], to: 'dist/frame.js' },
  {
    name: 'apps/portal',
    from: ['apps/portal', 'packages/frame', 'packages/host', 'packages/schema'],
    to: 'dist/index.html',
  },
  { name: 'apps/console', from: ['apps/console', 'packages/schema'], to: 'dist/index.html' },
  { name: 'docs', from: ['docs'], to: '.vitepress/dist/index.html' },
]

// The documentation takes longest and needs nothing of the others.
const stale = parts.filter(isStale)
await Promise.all([
  buildAll(stale.filter(({ name }) => name !== 'docs')),
  buildAll(stale.filter(({ name }) => name === 'docs')),
])

function isStale({ name, from, to }) {
  const built = join(root, name, to)
  if (force || !existsSync(built)) return true
  return newest(from.map((folder) => join(root, folder))) >= statSync(built).mtimeMs
}

async function buildAll(some) {
  for (const { name } of some) {
    const started = Date.now()
    const { status, text } = await run(name)
    if (status !== 0) {
      console.error(`${text}\nbuilding ${name} failed`)
      process.exit(1)
    }
    console.log(`built ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  }
}

function run(name) {
  const child = spawn('npm', ['run', '--silent', 'build', `--workspace=${name}`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: windows,
  })
  const printed = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => printed.push(bytes))
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, text: Buffer.concat(printed).toString() }))
  })
}

function newest(paths) {
  let time = 0
  for (const path of paths) {
    const stat = statSync(path)
    if (!stat.isDirectory()) time = Math.max(time, stat.mtimeMs)
    else {
      const names = readdirSync(path).filter((name) => !generated.has(name))
      time = Math.max(time, newest(names.map((name) => join(path, name))))
    }
  }
  return time
}
