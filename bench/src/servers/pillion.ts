import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Passwords } from '../population.ts'
import { Child } from './child.ts'
import { printedBy } from './installed-server.ts'
import { makeUpPasswords } from './made-up-passwords.ts'
import type { PillionJob, PillionStarted } from './pillion-process.ts'
import type { RunningServer, Server, StartOptions } from './server.ts'
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts'

/**
 * Pillion as `pillion serve` runs it. `product`: identities, subscriptions and access checks as in real use,
 * made before the first start and kept in the data folder. `open`: the lab policy, anyone and any topic.
 */
export class PillionServer implements Server {
  readonly name: 'pillion' | 'pillion-open'
  readonly #access: 'product' | 'open'
  #dataFolder: string | undefined
  #passwords: Passwords | undefined

  constructor(access: 'product' | 'open') {
    this.name = access === 'product' ? 'pillion' : 'pillion-open'
    this.#access = access
    if (access === 'open') this.#passwords = makeUpPasswords()
  }

  async find() {
    if (!existsSync(new URL('../../../apps/server/src/index.ts', import.meta.url))) {
      return { missing: 'apps/server is not in this checkout' }
    }
    const commit = (await printedBy('git', ['describe', '--always', '--dirty'])).trim()
    return { version: commit === '' ? 'of this checkout' : commit }
  }

  async start(options: StartOptions): Promise<RunningServer> {
    this.#dataFolder ??= await makeTemporaryFolder()
    this.#passwords ??= await this.#populate(this.#dataFolder)
    const passwords = this.#passwords
    const job = { dataFolder: this.#dataFolder, access: this.#access, populate: false }
    const { child, port } = await startProcess(job, profileArguments(options.profileFile))
    return { port, pid: child.pid, passwords, stop: () => child.stop() }
  }

  async close(): Promise<void> {
    if (this.#dataFolder !== undefined) await removeTemporaryFolder(this.#dataFolder)
  }

  /** In a process that ends afterwards: what this leaves in its heap must not count in a run. */
  async #populate(dataFolder: string): Promise<Passwords> {
    const { child, passwords } = await startProcess({ dataFolder, access: this.#access, populate: true }, [])
    await child.stop()
    if (passwords === undefined) throw new Error('pillion gave no passwords')
    return passwords
  }
}

function profileArguments(file: string | undefined): string[] {
  if (file === undefined) return []
  return ['--cpu-prof', `--cpu-prof-dir=${dirname(file)}`, `--cpu-prof-name=${basename(file)}`]
}

async function startProcess(
  job: PillionJob,
  execArgv: string[],
): Promise<PillionStarted & { readonly child: Child }> {
  const forked = fork(new URL('./pillion-process.ts', import.meta.url), {
    execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const child = new Child(forked)
  forked.send(job)
  const exited = once(forked, 'exit').then(() => undefined)
  const answered = once(forked, 'message').then(([started]) => started as PillionStarted)
  const started = await Promise.race([answered, exited])
  if (started === undefined) throw child.failure('ended while starting')
  return { ...started, child }
}
