import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { encode, type OnPublish, PublishCounter } from '@pillion/packet'
import { failure } from '../cli-error.ts'
import { trusted } from '../doctor/check-tls.ts'
import type { SignIn } from './identities.ts'
import { formatAddress, type MqttAddress } from './mqtt-address.ts'

/** MQTT 3.1.1, what most clients speak. */
const version = 4
const CONNACK = 0x20
const connackBytes = 4
const subackBytes = 5
const handshakeMilliseconds = 10_000

/** What all sockets receive: it is looked through within the callback, so nothing is allocated per read. */
const receiveBuffer = Buffer.allocUnsafe(262_144)

export interface BenchConnectionOptions {
  readonly address: MqttAddress
  readonly authorityPem: string
  readonly clientId: string
  readonly signIn: SignIn
  /** Subscribed to before `open` resolves. */
  readonly topicFilter?: string
  /** Told that the connection ended before `close` was called. */
  readonly lost: (error: Error) => void
}

/** A client that costs its machine next to nothing: it counts what arrives and looks at its last bytes only. */
export class BenchConnection {
  /** Told how many messages arrived in one read; never 0. */
  onPublishes: ((count: number) => void) | undefined
  /** Told the last byte of each, before `onPublishes`. */
  onPublish: OnPublish | undefined
  readonly #socket: Socket
  readonly #counter = new PublishCounter()
  readonly #options: BenchConnectionOptions
  #stage: 'connack' | 'suback' | 'open' = 'connack'
  #received = Buffer.alloc(0)
  #opened: () => void = () => {}
  #failed: (error: Error) => void

  static open(options: BenchConnectionOptions): Promise<BenchConnection> {
    return new Promise((resolve, reject) => {
      const connection = new BenchConnection(options, reject)
      connection.#opened = () => resolve(connection)
    })
  }

  private constructor(options: BenchConnectionOptions, reject: (error: Error) => void) {
    this.#options = options
    this.#failed = reject
    const onread = { buffer: receiveBuffer, callback: this.#receive }
    this.#socket = openSocket(options, onread, () => this.#socket.write(connectBytes(options)))
    this.#socket.setNoDelay(true)
    this.#socket.setTimeout(handshakeMilliseconds, () => this.#end('no answer to CONNECT or SUBSCRIBE'))
    this.#socket.on('error', (error) => this.#end(error.message))
    this.#socket.on('close', () => this.#end('the server closed the connection'))
    // Nothing passes through the Readable, but the end does.
    this.#socket.resume()
  }

  /** The bytes must not change any more. */
  send(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.destroy()
  }

  readonly #receive = (length: number): boolean => {
    if (this.#stage === 'open') this.#count(receiveBuffer, 0, length)
    else {
      this.#received = Buffer.concat([this.#received, receiveBuffer.subarray(0, length)])
      this.#greet()
    }
    return true
  }

  #count(bytes: Uint8Array, start: number, end: number): void {
    const count = this.#counter.count(bytes, start, end, this.onPublish)
    if (count > 0) this.onPublishes?.(count)
  }

  #greet(): void {
    if (this.#stage === 'connack') this.#readConnack(this.#received)
    else this.#readSuback(this.#received.subarray(connackBytes))
  }

  #readConnack(received: Buffer): void {
    const { topicFilter } = this.#options
    if (received.length < connackBytes) return
    const [firstByte, , , returnCode] = received
    if (firstByte !== CONNACK || returnCode !== 0) this.#end(`CONNECT refused with code ${returnCode}`)
    else if (topicFilter === undefined) this.#becomeOpen()
    else {
      this.#stage = 'suback'
      this.#socket.write(subscribeBytes(topicFilter))
    }
  }

  #readSuback(received: Buffer): void {
    if (received.length < subackBytes) return
    if (received[subackBytes - 1] === 0) this.#becomeOpen()
    else this.#end(`SUBSCRIBE to ${this.#options.topicFilter} refused`)
  }

  #becomeOpen(): void {
    this.#stage = 'open'
    this.#socket.setTimeout(0)
    this.#failed = this.#options.lost
    this.#opened()
  }

  #end(why: string): void {
    const { address, signIn } = this.#options
    const fail = this.#failed
    const advice =
      this.#stage === 'open'
        ? ''
        : ' If clients reach it elsewhere, say where: --mqtt HOST:PORT, mqtts:// before it for TLS.'
    this.close()
    fail(
      failure(`The connection of ${signIn.username} to ${formatAddress(address)} failed: ${why}.${advice}`),
    )
  }
}

function openSocket(
  { address: { host, port, isSecure }, authorityPem }: BenchConnectionOptions,
  onread: OnReadOpts,
  opened: () => void,
): Socket {
  const options = { host, port, onread }
  if (!isSecure) return connectTcp(options, opened)
  return connectTls(
    { ...options, ca: trusted(authorityPem), ...(isIP(host) === 0 && { servername: host }) },
    opened,
  )
}

function connectBytes({ clientId, signIn }: BenchConnectionOptions): Uint8Array {
  const password = Buffer.from(signIn.password)
  const { username } = signIn
  // Keep alive 0: no ping disturbs the counting.
  return encode(
    {
      type: 'connect',
      protocolVersion: version,
      clean: true,
      keepAliveSeconds: 0,
      clientId,
      username,
      password,
    },
    version,
  )
}

function subscribeBytes(topicFilter: string): Uint8Array {
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  return encode({ type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter, ...options }] }, version)
}

/** PUBLISH at QoS 0. */
export function publishBytes(topicName: string, payload: Uint8Array): Uint8Array {
  return encode({ type: 'publish', dup: false, qos: 0, retain: false, topicName, payload }, version)
}
