import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SignIn } from '../population.ts'
import type { Transport } from '../transport.ts'
import { writeCertificate } from './certificate.ts'
import { findFreePort } from './free-port.ts'
import { printedBy, startInstalledServer } from './installed-server.ts'
import { listSignIns, makeUpPasswords } from './made-up-passwords.ts'
import type { RunningServer, Server, StartOptions } from './server.ts'

/** nats-server's MQTT listener with a list of users and no permissions: any signed-in client, any topic. */
export class NatsServer implements Server {
  readonly name = 'nats'
  readonly #passwords = makeUpPasswords()

  async find() {
    const version = /v(\d\S+)/.exec(await printedBy('nats-server', ['--version']))?.[1]
    return version === undefined
      ? { missing: 'install it with: apt-get install nats-server, or from https://nats.io/download' }
      : { version }
  }

  start({ transport }: StartOptions): Promise<RunningServer> {
    return startInstalledServer('nats-server', this.#passwords, async (folder, port) => {
      const file = join(folder, 'nats.conf')
      const listeners = await listenerLines(transport, folder, port)
      await writeFile(file, configuration(folder, listeners, listSignIns(this.#passwords)))
      return file
    })
  }

  async close(): Promise<void> {}
}

/** MQTT needs JetStream and a server name. Passwords in clear: with bcrypt one sign-in takes tens of milliseconds. */
function configuration(folder: string, listeners: string, users: readonly SignIn[]): string {
  const userLines = users.map(({ username, password }) => `{user: "${username}", password: "${password}"}`)
  return `server_name: bench
listen: "127.0.0.1:-1"
${listeners}
jetstream { store_dir: "${join(folder, 'jetstream')}" }
authorization { users: [
${userLines.join('\n')}
] }
`
}

async function listenerLines(transport: Transport, folder: string, port: number): Promise<string> {
  const listen = `listen: "127.0.0.1:${port}"`
  if (transport === 'tcp') return `mqtt { ${listen} }`
  if (transport === 'ws') {
    // MQTT over WebSocket needs MQTT's own listener as well.
    return `mqtt { listen: "127.0.0.1:${await findFreePort()}" }\nwebsocket { ${listen}, no_tls: true }`
  }
  const { certificateFile, privateKeyFile } = await writeCertificate(folder)
  // Its default, half a second, is too short for many handshakes at once.
  return `mqtt { ${listen}, tls { cert_file: "${certificateFile}", key_file: "${privateKeyFile}", timeout: 60 } }`
}
