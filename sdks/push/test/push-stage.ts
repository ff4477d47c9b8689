import assert from 'node:assert/strict'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningServer } from '../../../apps/server/src/index.ts'
import { askAdmin, startTestServer } from '../../../apps/server/src/server.fixture.ts'
import {
  type AppParts,
  type ConnectionStatus,
  create,
  type Namespace,
  type ReceivedMessage,
} from '../src/index.ts'

interface PushAppNames {
  readonly appID: string
  readonly appKey: string
  readonly clientID: string
  readonly clientSecret: string
}

/** A server with one push app. Ends with the tests of its file. */
export class PushStage {
  readonly server: RunningServer
  readonly app: PushAppNames
  #names = 0

  private constructor(server: RunningServer, app: PushAppNames) {
    this.server = server
    this.app = app
  }

  static async open(flags: Record<string, unknown> = {}): Promise<PushStage> {
    const server = await startTestServer(flags)
    const { status, json } = await askAdmin(server, 'POST', '/push-apps', { appID: 'harbour01' })
    assert.equal(status, 201)
    return new PushStage(server, json as PushAppNames)
  }

  get site(): string {
    return `${this.server.httpUrl.replace(/\/$/, '')}/api`
  }

  /** One device: nobody is logged in. */
  device(parts?: AppParts): Namespace {
    const kii = create(parts)
    kii.Kii.initializeWithSite(this.app.appID, this.app.appKey, this.site)
    return kii
  }

  /** A name that nobody has. */
  name(): string {
    this.#names += 1
    return `person${this.#names}`
  }

  /** One device with a user that is logged in. */
  async userDevice(parts?: AppParts) {
    const kii = this.device(parts)
    const name = this.name()
    const user = await kii.KiiUser.userWithUsername(name, 'harbour-9').register()
    return { kii, user, name }
  }

  /** The same user on another device. */
  async otherDevice(name: string, parts?: AppParts) {
    const kii = this.device(parts)
    return { kii, user: await kii.KiiUser.authenticate(name, 'harbour-9') }
  }

  /** A thing on a device of its own. */
  async thingDevice() {
    const kii = this.device()
    const vendorThingID = `lamp.${this.name()}`
    await kii.KiiThing.register({ _vendorThingID: vendorThingID, _password: 'secret' })
    return { kii, vendorThingID, context: await kii.Kii.authenticateAsThing(vendorThingID, 'secret') }
  }

  admin() {
    return this.device().Kii.authenticateAsAppAdmin(this.app.clientID, this.app.clientSecret)
  }

  /** Direct push has no method in the SDK (P 14.6). @param receiver `users/…` or `things/…` */
  async sendDirect(receiver: string, data: object): Promise<void> {
    const token = (await this.admin()).getAccessToken()
    const response = await fetch(`${this.site}/apps/${this.app.appID}/${receiver}/push/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ data, mqtt: { enabled: true } }),
    })
    assert.equal(response.status, 201, await response.text())
  }
}

/** What a connection hands over; at the same time the options to connect with. */
export class Inbox {
  /** The patience of the test ends first, also where waits are shorter. */
  readonly connectSeconds: number = 3_000
  readonly messages: ReceivedMessage[] = []
  readonly statuses: ConnectionStatus[] = []

  readonly onMessage = (message: ReceivedMessage): void => {
    this.messages.push(message)
  }

  readonly onStatus = (status: ConnectionStatus): void => {
    this.statuses.push(status)
  }

  /** The oldest message, which is taken out. */
  async next(): Promise<ReceivedMessage> {
    await until(() => this.messages.length > 0, 'a message')
    return this.messages.shift() as ReceivedMessage
  }

  /** The first status that fits; whatever came before it is forgotten. */
  async reached(fits: (status: ConnectionStatus) => boolean, what: string): Promise<ConnectionStatus> {
    await until(() => this.statuses.some(fits), `${what}; so far ${JSON.stringify(this.statuses)}`)
    const index = this.statuses.findIndex(fits)
    return this.statuses.splice(0, index + 1).at(-1) as ConnectionStatus
  }
}

/** Waits are a hundredth as long. */
export const quick: AppParts = {
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds / 100, undefined, { ...(signal && { signal }) }).catch(() => undefined)
  },
}

/** Closes what the test opened, whatever becomes of it. */
export function closeAfter<Closeable extends { close(): Promise<void> }>(closeable: Closeable): Closeable {
  after(() => closeable.close())
  return closeable
}

export async function until(holds: () => boolean, what: string): Promise<void> {
  const giveUpAt = Date.now() + 10_000
  while (!holds()) {
    if (Date.now() > giveUpAt) assert.fail(`waited in vain for ${what}`)
    await sleep(5)
  }
}
