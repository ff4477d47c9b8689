// Runs before `npm start` and `npm test`, on whatever Node ≥ 20 the machine has: installs what package-lock.json
// names, builds what browsers load and others install, and for tests finds the real parts they run against.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled } from './is-installed.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const forTests = process.argv.includes('--test')

installPackages()
run(process.execPath, ['scripts/build.mjs'])
if (forTests) await import('./system-parts.mjs').then(({ requireSystemParts }) => requireSystemParts())

/** Only when package-lock.json is not what was installed last, by this or by `npm ci`. */
function installPackages() {
  const installed = readJson('node_modules/.package-lock.json')
  if (installed !== undefined && isInstalled(readJson('package-lock.json'), installed)) return
  console.log('Installing packages (once) …')
  // Engine warnings would be about the machine's Node; what runs is the `node` package installed here.
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
}

/** undefined if it is not there, or an installation that was interrupted has left half of it. */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8'))
  } catch {
    return undefined
  }
}

function run(command, args) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
    shell: process.platform === 'win32' && command === 'npm',
  })
  if (status === 0) return
  console.error(`set-up failed: ${command} ${args.join(' ')}${error ? ` (${error.message})` : ''}`)
  process.exit(status ?? 1)
}
