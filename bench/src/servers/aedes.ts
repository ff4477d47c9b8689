import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { AedesJob } from './aedes-process.ts'
import { writeCertificate } from './certificate.ts'
import { startForked } from './forked.ts'
import { findFreePort } from './free-port.ts'
import { listSignIns, makeUpPasswords } from './made-up-passwords.ts'
import type { RunningServer, Server, StartOptions } from './server.ts'
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts'

/** Aedes, the MQTT server of the Node world, in its own process: a check of the password, any topic. */
export class AedesServer implements Server {
  readonly name = 'aedes'
  readonly #passwords = makeUpPasswords()

  async find() {
    try {
      const file = new URL('package.json', import.meta.resolve('aedes'))
      const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string }
      return { version }
    } catch {
      return { missing: 'install it with: npm install' }
    }
  }

  async start({ transport, profileFile }: StartOptions): Promise<RunningServer> {
    const folder = await makeTemporaryFolder()
    const job: AedesJob = {
      transport,
      port: await findFreePort(),
      passwordHashes: listSignIns(this.#passwords).map(({ username, password }) => [
        username,
        createHash('sha256').update(password).digest('hex'),
      ]),
      ...(transport === 'tls' && { certificate: await writeCertificate(folder) }),
    }
    const { child } = await startForked('./aedes-process.ts', job, profileFile)
    const stop = async () => {
      await child.stop()
      await removeTemporaryFolder(folder)
    }
    return { port: job.port, pid: child.pid, passwords: this.#passwords, stop }
  }

  async close(): Promise<void> {}
}
