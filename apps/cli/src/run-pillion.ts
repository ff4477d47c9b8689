import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'

const repository = resolve(import.meta.dirname, '../../..')
const bin = join(repository, 'apps/cli/bin/pillion.js')

/** Only so that a test that fails also ends. */
const patienceSeconds = 60

/** A test that fails leaves behind what it has started. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** For tests: how the real command ended as a child process. */
export interface Finished {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  /** Resolves with the first match in what it has printed so far or prints later; fails if it ends without, or after a minute. */
  printed(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>
}

interface Where {
  cwd: string
  env?: Record<string, string>
  stdin?: string
  node?: string
}

export function startPillion(args: readonly string[], where: Where): Running {
  return start(where.node ?? process.execPath, [bin, ...args], where)
}

export function runPillion(args: readonly string[], where: Where): Promise<Finished> {
  return startPillion(args, where).finished
}

/** A line as a person pastes it into a shell in the repository's folder, with `npx` left out. */
export function startInShell(line: string): Running {
  const env = { PATH: `${join(repository, 'node_modules/.bin')}:${process.env.PATH}` }
  return start('/bin/sh', ['-c', `exec ${line}`], { cwd: repository, env })
}

function start(file: string, args: readonly string[], where: Where): Running {
  const env = { ...withoutPillionVariables(), ...where.env }
  const child = spawn(file, args, { cwd: where.cwd, env, stdio: 'pipe' })
  running.add(child)
  child.once('exit', () => running.delete(child))
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  }
  child.stdin.on('error', () => {}).end(where.stdin ?? '')
  const finished = once(child, 'close').then(
    ([exitCode, signal]): Finished => ({ exitCode, signal, ...text }),
  )
  return {
    child,
    finished,
    async printed(stream, pattern) {
      const deadline = AbortSignal.timeout(patienceSeconds * 1_000)
      for (;;) {
        const match = pattern.exec(text[stream])
        if (match !== null) return match
        if (deadline.aborted || child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`${args.join(' ')} did not print ${pattern}:\n${text.stdout}${text.stderr}`)
        }
        await Promise.race([once(child[stream], 'data', { signal: deadline }).catch(() => {}), finished])
      }
    },
  }
}

function withoutPillionVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PILLION_|NO_COLOR|FORCE_COLOR)/.test(name)),
  )
}
