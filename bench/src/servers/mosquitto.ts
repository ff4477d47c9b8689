import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { SignIn } from '../population.ts'
import type { Transport } from '../transport.ts'
import { writeCertificate } from './certificate.ts'
import { printedBy, startInstalledServer } from './installed-server.ts'
import { listSignIns, makeUpPasswords } from './made-up-passwords.ts'
import type { RunningServer, Server, StartOptions } from './server.ts'

/** Eclipse Mosquitto with a password file and without access control lists: any signed-in client, any topic. */
export class MosquittoServer implements Server {
  readonly name = 'mosquitto'
  readonly #passwords = makeUpPasswords()
  #passwordFileText: string | undefined

  async find() {
    const version = /version (\S+)/.exec(await printedBy('mosquitto', ['-h']))?.[1]
    return version === undefined
      ? { missing: 'install it with: apt-get install mosquitto, or from https://mosquitto.org/download' }
      : { version }
  }

  start({ transport }: StartOptions): Promise<RunningServer> {
    return startInstalledServer('mosquitto', this.#passwords, async (folder, port) => {
      this.#passwordFileText ??= listSignIns(this.#passwords).map(passwordFileLine).join('')
      await writeFile(join(folder, 'passwords'), this.#passwordFileText, { mode: 0o600 })
      const file = join(folder, 'mosquitto.conf')
      await writeFile(file, configuration(folder, port) + (await transportLines(transport, folder)))
      return file
    })
  }

  async close(): Promise<void> {}
}

/**
 * 0 lifts a limit; with its defaults Mosquitto drops QoS 0 messages beyond 1,000 waiting for one client.
 * set_tcp_nodelay stays off, as by default: on, it takes a third from fan-out and gives nothing elsewhere.
 */
function configuration(folder: string, port: number): string {
  return `user ${userInfo().username}
allow_anonymous false
password_file ${join(folder, 'passwords')}
persistence false
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 0
sys_interval 0
log_type error
log_dest stderr
listener ${port} 127.0.0.1
`
}

/** Of the listener above them. A Mosquitto that was built without WebSocket, as Debian's is, ends here. */
async function transportLines(transport: Transport, folder: string): Promise<string> {
  if (transport === 'tcp') return ''
  if (transport === 'ws') return 'protocol websockets\n'
  const { certificateFile, privateKeyFile } = await writeCertificate(folder)
  return `certfile ${certificateFile}\nkeyfile ${privateKeyFile}\n`
}

/** The form that mosquitto_passwd writes: PBKDF2 with SHA-512 and 101 rounds. */
function passwordFileLine({ username, password }: SignIn): string {
  const salt = randomBytes(12)
  const hash = pbkdf2Sync(password, salt, 101, 64, 'sha512')
  return `${username}:$7$101$${salt.toString('base64')}$${hash.toString('base64')}\n`
}
