import { writeCertificate } from './certificate.ts'
import { startForked } from './forked.ts'
import { findFreePort } from './free-port.ts'
import { makeUpPasswords } from './made-up-passwords.ts'
import type { RelayJob } from './relay-process.ts'
import type { RunningServer, Server, StartOptions } from './server.ts'
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts'

/**
 * No MQTT server: it answers the handshake without checking anything, then copies what a client sends to the clients
 * that it is for, without looking. What it takes is what Node and the kernel take; no server on one Node can take less.
 */
export class RelayServer implements Server {
  readonly name = 'relay'
  /** Which vehicle a message is for stands in its topic name. */
  readonly unfitFor = ['fleet', 'scaling'] as const
  readonly #passwords = makeUpPasswords()

  async find() {
    return { version: `Node ${process.versions.node}` }
  }

  async start({ transport, profileFile }: StartOptions): Promise<RunningServer> {
    if (transport === 'ws') throw new Error('it cannot copy frames that clients mask and servers do not')
    const folder = await makeTemporaryFolder()
    const port = await findFreePort()
    const certificate = transport === 'tls' ? await writeCertificate(folder) : undefined
    const job: RelayJob = { port, ...(certificate && { certificate }) }
    const { child } = await startForked('./relay-process.ts', job, profileFile)
    const stop = async () => {
      await child.stop()
      await removeTemporaryFolder(folder)
    }
    return { port, pid: child.pid, passwords: this.#passwords, stop }
  }

  async close(): Promise<void> {}
}
