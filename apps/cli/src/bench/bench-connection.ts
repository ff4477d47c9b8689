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
const CONNACK_BYTES = 4
/** Of one topic filter. */
const SUBACK_BYTES = 5
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
  #isOpen = false
  /** Until it is open. */
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
    this.#socket = openSocket(options, onread, () => this.#socket.write(greetingBytes(options)))
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
    if (this.#isOpen) this.#count(length)
    else this.#greet(receiveBuffer.subarray(0, length))
    return true
  }

  #count(length: number): void {
    const count = this.#counter.count(receiveBuffer, 0, length, this.onPublish)
    if (count > 0) this.onPublishes?.(count)
  }

  /** CONNACK, then SUBACK if there is a filter; nobody publishes before all connections are open. */
  #greet(bytes: Uint8Array): void {
    const { topicFilter } = this.#options
    this.#received = Buffer.concat([this.#received, bytes])
    if (this.#received.length < CONNACK_BYTES) return
    const [firstByte, , , returnCode] = this.#received
    const granted = this.#received[CONNACK_BYTES + SUBACK_BYTES - 1]
    if (firstByte !== CONNACK || returnCode !== 0) this.#end(`CONNECT refused with code ${returnCode}`)
    else if (topicFilter === undefined || granted === 0) this.#becomeOpen()
    else if (granted !== undefined) this.#end(`SUBSCRIBE to ${topicFilter} refused`)
  }

  #becomeOpen(): void {
    this.#isOpen = true
    this.#socket.setTimeout(0)
    this.#failed = this.#options.lost
    this.#opened()
  }

  #end(why: string): void {
    const { address, signIn } = this.#options
    const fail = this.#failed
    const advice = this.#isOpen
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

/** CONNECT, and right behind it SUBSCRIBE: a client need not wait for the answer to the first (MQTT 3.1.1, 3.1.4). */
function greetingBytes({ clientId, signIn, topicFilter }: BenchConnectionOptions): Uint8Array {
  const { username, password } = signIn
  const connect = {
    type: 'connect',
    protocolVersion: version,
    clean: true,
    // No ping disturbs the counting.
    keepAliveSeconds: 0,
    clientId,
    username,
    password: Buffer.from(password),
  } as const
  if (topicFilter === undefined) return encode(connect, version)
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const subscribe = { type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter, ...options }] } as const
  return Buffer.concat([encode(connect, version), encode(subscribe, version)])
}

/** PUBLISH at QoS 0. */
export function publishBytes(topicName: string, payload: Uint8Array): Uint8Array {
  return encode({ type: 'publish', dup: false, qos: 0, retain: false, topicName, payload }, version)
}
