import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Passwords } from '../population.ts'
import type { Child } from './child.ts'
import { type Counters, parseMetrics } from './counters.ts'
import { startForked } from './forked.ts'
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

  /** `flags`: what is configured otherwise than usual. */
  async start({
    transport,
    profileFile,
    flags,
  }: StartOptions & { readonly flags?: Readonly<Record<string, unknown>> }): Promise<RunningServer> {
    this.#dataFolder ??= await makeTemporaryFolder()
    this.#passwords ??= await this.#populate(this.#dataFolder)
    const passwords = this.#passwords
    const usual = { dataFolder: this.#dataFolder, access: this.#access, transport, populate: false }
    const job = flags === undefined ? usual : { ...usual, flags }
    const { child, started } = await startPillion(job, profileFile)
    return {
      port: started.port,
      pid: child.pid,
      passwords,
      readCounters: () => readCounters(child),
      stop: () => child.stop(),
    }
  }

  async close(): Promise<void> {
    if (this.#dataFolder !== undefined) await removeTemporaryFolder(this.#dataFolder)
  }

  /** In a process that ends afterwards: what this leaves in its heap must not count in a run. */
  async #populate(dataFolder: string): Promise<Passwords> {
    const job = { dataFolder, access: this.#access, transport: 'tcp', populate: true } as const
    const { child, started } = await startPillion(job)
    await child.stop()
    if (started.passwords === undefined) throw new Error('pillion gave no passwords')
    return started.passwords
  }
}

export async function readCounters(child: Child): Promise<Counters> {
  child.process.send('metrics')
  const [text] = await once(child.process, 'message')
  return parseMetrics(text)
}

export function startPillion(job: PillionJob, profileFile?: string) {
  return startForked<PillionJob, PillionStarted>('./pillion-process.ts', job, profileFile)
}
