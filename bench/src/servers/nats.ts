import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SignIn } from '../population.ts'
import { printedBy, startInstalledServer } from './installed-server.ts'
import { listSignIns, makeUpPasswords } from './made-up-passwords.ts'
import type { RunningServer, Server } from './server.ts'

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

  start(): Promise<RunningServer> {
    return startInstalledServer('nats-server', this.#passwords, async (folder, port) => {
      const file = join(folder, 'nats.conf')
      await writeFile(file, configuration(folder, port, listSignIns(this.#passwords)))
      return file
    })
  }

  async close(): Promise<void> {}
}

/** MQTT needs JetStream and a server name. Passwords in clear: with bcrypt one sign-in takes tens of milliseconds. */
function configuration(folder: string, port: number, users: readonly SignIn[]): string {
  const userLines = users.map(({ username, password }) => `{user: "${username}", password: "${password}"}`)
  return `server_name: bench
listen: "127.0.0.1:-1"
mqtt { listen: "127.0.0.1:${port}" }
jetstream { store_dir: "${join(folder, 'jetstream')}" }
authorization { users: [
${userLines.join('\n')}
] }
`
}
