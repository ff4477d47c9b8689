import type { App } from '../app.ts'
import type { KiiPushInstallation } from '../push-installation.ts'
import { defaultTransport, type Transport } from './address.ts'
import { PushConnectionError } from './connection-error.ts'
import { type ConnectionChange, keepConnected } from './keep-connected.ts'
import { type ReceivedMessage, readMessage } from './received-message.ts'
import { Tabs } from './tabs.ts'

export interface ConnectOptions {
  /** true: get what is sent to development, else what is sent to production. */
  readonly development?: boolean
  readonly onMessage?: (message: ReceivedMessage) => unknown
  readonly onStatus?: (status: ConnectionStatus) => unknown
  /** By default WebSocket in browsers, secure if the page is, and TCP elsewhere. */
  readonly transport?: Transport
  /** PEM of the authority that vouches for the server, for `tls` and `wss`; Node only. */
  readonly ca?: string
  /** How long `connect` tries before it rejects; 30. */
  readonly connectSeconds?: number
  /** Whether tabs of one browser share one connection; by default they do. */
  readonly share?: boolean
}

/** How the connection stands. */
export interface ConnectionStatus extends ConnectionChange {
  /** false: another tab holds the connection, and this is how it stands there. */
  readonly isHeldHere: boolean
}

const connectSecondsDefault = 30

/** A lasting push connection, from `pushInstallation().connect(…)`. */
export class PushConnection {
  readonly installationID: string
  readonly #app: App
  readonly #options: ConnectOptions
  readonly #installation: KiiPushInstallation
  readonly #stop = new AbortController()
  readonly #tabs: Tabs | undefined
  readonly #ended: Promise<void>
  #status: ConnectionStatus = { state: 'connecting', isHeldHere: false }
  /** The last error that was told. */
  #trouble: PushConnectionError | undefined
  #connected: () => void = () => {}

  private constructor(
    app: App,
    installation: KiiPushInstallation,
    installationID: string,
    options: ConnectOptions,
  ) {
    this.installationID = installationID
    this.#app = app
    this.#installation = installation
    this.#options = options
    const isShared = (options.share ?? 'document' in globalThis) && Tabs.arePossible()
    this.#tabs = isShared ? this.#joinTabs() : undefined
    this.#ended = this.#run()
  }

  /**
   * Installs MQTT and connects; resolves once messages come.
   * @throws KiiError if it cannot be installed, PushConnectionError if it cannot be connected
   */
  static async open(
    app: App,
    installation: KiiPushInstallation,
    options: ConnectOptions,
  ): Promise<PushConnection> {
    const { installationID } = await installation.installMqtt(options.development ?? false)
    const connection = new PushConnection(app, installation, installationID, options)
    await connection.#firstConnection()
    return connection
  }

  get status(): ConnectionStatus {
    return this.#status
  }

  /** Ends it here; other tabs go on. The installation stays: messages are missed until the next connection. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }

  async #firstConnection(): Promise<void> {
    const seconds = this.#options.connectSeconds ?? connectSecondsDefault
    const done = new AbortController()
    const connected = new Promise<void>((resolve) => {
      this.#connected = resolve
    })
    const tooLate = this.#app.sleep(seconds * 1000, done.signal)
    await Promise.race([connected, this.#ended, tooLate])
    done.abort()
    if (this.#status.state === 'connected') return
    await this.close()
    const trouble = this.#trouble
    throw (
      trouble ?? new PushConnectionError('CONNECTION_LOST', `There was no connection within ${seconds} s.`)
    )
  }

  /** Never rejects: how it ends is in the status. */
  async #run(): Promise<void> {
    const { signal } = this.#stop
    try {
      if (this.#tabs === undefined) await this.#hold()
      else await this.#tabs.takeTurn(() => this.#hold(), signal)
      this.#show({ state: 'closed' })
    } catch (error) {
      this.#show(
        signal.aborted ? { state: 'closed' } : { state: 'closed', error: error as PushConnectionError },
      )
    }
    this.#tabs?.close()
  }

  async #hold(): Promise<void> {
    const { transport = defaultTransport(), ca } = this.#options
    this.#status = { ...this.#status, isHeldHere: true }
    await keepConnected(
      {
        fetchEndpoint: () => this.#installation.getMqttEndpoint(this.installationID),
        link: { transport, ca },
        sleep: this.#app.sleep,
        report: (change) => {
          this.#tabs?.tellStatus(change)
          this.#show(change)
        },
        message: (payload) => this.#receive(payload),
      },
      this.#stop.signal,
    )
  }

  #receive(text: string): void {
    const message = readMessage(text)
    if (message === undefined) {
      const error = new PushConnectionError('MESSAGE_UNREADABLE', 'A message is no JSON object.')
      this.#show({ state: 'connected', error })
      return
    }
    this.#tabs?.tellMessage(message)
    this.#deliver(message)
  }

  #joinTabs(): Tabs {
    const { site, appID } = this.#app
    return new Tabs(`pillion-push ${site} ${appID} ${this.installationID}`, {
      message: (message) => this.#deliver(message),
      status: (change) => {
        if (!this.#status.isHeldHere) this.#show(change)
      },
      asked: () => {
        if (this.#status.isHeldHere) this.#tabs?.tellStatus(this.#status)
      },
    })
  }

  #show(change: ConnectionChange): void {
    if (this.#status.state === 'closed') return
    const { isHeldHere } = this.#status
    this.#status = { ...change, isHeldHere }
    this.#trouble = change.error ?? this.#trouble
    if (change.state === 'connected') this.#connected()
    callApp(() => this.#options.onStatus?.(this.#status))
  }

  #deliver(message: ReceivedMessage): void {
    if (!this.#stop.signal.aborted) callApp(() => this.#options.onMessage?.(message))
  }
}

/** What the app throws is the app's, and must not end our reading. */
function callApp(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
