// The programs that tests use for real. Debian's packages are installed where this may be done (root, apt-get);
// elsewhere a missing one is named with the command that brings it.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const parts = [
  {
    package: 'chromium-headless-shell',
    programs: ['chromium-headless-shell'],
    // Does as well, and takes a third more time.
    others: ['chromium', 'chromium-browser', 'google-chrome'],
    for: 'the browser tests',
  },
  { package: 'mosquitto', programs: ['mosquitto'], for: 'tests of the SDK and the benches' },
  { package: 'mosquitto-clients', programs: ['mosquitto_pub'], for: 'tests with a client that is not ours' },
  { package: 'nats-server', programs: ['nats-server'], for: 'tests with many nodes and the benches' },
  { package: 'postgresql', programs: ['initdb'], for: 'tests with many nodes' },
  { package: 'haproxy', programs: ['haproxy'], for: 'tests behind a load balancer' },
]

/** Returns when everything is there; ends the process with instructions otherwise. */
export function requireSystemParts() {
  let missing = parts.filter((part) => findProgram(part.programs) === undefined)
  if (missing.length > 0 && process.getuid?.() === 0 && findProgram(['apt-get']) !== undefined) {
    const names = missing.map((part) => part.package)
    console.log(`Installing ${names.join(', ')} with apt-get (once) …`)
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    spawnSync('apt-get', ['update', '-qq'], options)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], options)
    missing = parts.filter((part) => findProgram(part.programs) === undefined)
  }
  missing = missing.filter((part) => findProgram(part.others ?? []) === undefined)
  if (missing.length === 0) return
  for (const part of missing) {
    console.error(
      `${part.package} is missing; ${part.for} need it. On Debian: sudo apt-get install ${part.package}`,
    )
  }
  process.exit(1)
}

/** Full path of the first of these programs that is installed. */
export function findProgram(names) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/bin',
    '/usr/local/bin',
    ...postgresqlFolders(),
  ]
  for (const name of names) {
    for (const folder of folders) if (existsSync(join(folder, name))) return join(folder, name)
  }
  return undefined
}

/** Debian keeps PostgreSQL's programs apart, by version; the newest first. */
function postgresqlFolders() {
  const folder = '/usr/lib/postgresql'
  if (!existsSync(folder)) return []
  const versions = readdirSync(folder).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(folder, version, 'bin'))
}
