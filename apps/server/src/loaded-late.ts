/**
 * What of the door needs the broker, the stores or the web server: loaded when it is called. The rest of the door is configuration
 * and packages, and who only checks one of them waits a third as long.
 */
import type { BackedUp, BackUpOptions } from './copy/back-up.ts'
import type { CopyOptions } from './copy/copy-options.ts'
import type { Restored, RestoreOptions } from './copy/restore.ts'
import type { RunningServer, StartOptions } from './server.ts'

export async function startServer(options: StartOptions): Promise<RunningServer> {
  const server = await import('./server.ts')
  return server.startServer(options)
}

export async function backUp(options: BackUpOptions): Promise<BackedUp> {
  const copy = await import('./copy/back-up.ts')
  return copy.backUp(options)
}

export async function restore(options: RestoreOptions): Promise<Restored> {
  const copy = await import('./copy/restore.ts')
  return copy.restore(options)
}

export async function migrateStore(options: CopyOptions) {
  const copy = await import('./copy/migrate-store.ts')
  return copy.migrateStore(options)
}

/** What a store could not do, as an error that tells which and why. */
export async function explainStoreError(error: unknown, url: string): Promise<unknown> {
  const nodes = await import('./nodes/store-unusable.ts')
  return nodes.explainStoreError(error, url)
}

/** The reason whose sentence a client was told. */
export async function findReasonByText(text: string) {
  const { findReasonByText: find } = await import('./explain/reasons.ts')
  return find(text)
}
