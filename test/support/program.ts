import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { waitUntil } from '@pillion/testkit'

/** Where Debian puts what is for administrators. */
const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin', '/usr/local/bin']

/** undefined if it is not installed. */
export function findProgram(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
}

/** For the `skip` option of a test: false, or what is missing. */
export function missing(...names: string[]): false | string {
  const absent = names.filter((name) => findProgram(name) === undefined)
  return absent.length > 0 && `${absent.join(', ')} not installed`
}

/** Another's program, with everything it has printed; it ends when told to, or with this process. */
export class Program {
  readonly child: ChildProcess
  output = ''

  constructor(name: string, args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(findProgram(name) ?? name, args, { env: { ...process.env, ...env }, stdio: 'pipe' })
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    process.once('exit', this.#kill)
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Resolves with the first match in what it has printed so far or prints later; fails if it ends without. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const find = () => pattern.exec(this.output)
    await waitUntil(`${pattern} from ${this.child.spawnfile}`, () => find() !== null || this.hasEnded, 60_000)
    return find() ?? assert.fail(`${this.child.spawnfile} ended: ${this.output}`)
  }

  /** Resolves with its exit code; null after a signal. */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.child, 'close')
    process.off('exit', this.#kill)
    return this.child.exitCode
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.child.kill(signal)
    await this.ended()
  }

  readonly #kill = () => void this.child.kill('SIGKILL')
}

/** Runs it to its end. */
export async function runProgram(
  name: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ exitCode: number | null; output: string }> {
  const program = new Program(name, args, env)
  return { exitCode: await program.ended(), output: program.output }
}
