import { connect, type Socket } from 'node:net'
import type { SignIn } from '../population.ts'
import { connectBytes, subscribeBytes } from './packet-bytes.ts'
import { PublishCounter } from './publish-counter.ts'

/**
 * One buffer for what all sockets receive: it is read through within the callback, so nothing is allocated
 * per read, and one system call takes up to 256 KiB.
 */
const receiveBuffer = Buffer.allocUnsafe(262_144)
const handshakeSeconds = 30

export interface ConnectionOptions {
  readonly port: number
  readonly clientId: string
  readonly signIn: SignIn
  /** Subscribed to before `open` resolves. */
  readonly topicFilter?: string
}

/** A raw socket to a server, signed in and subscribed. */
export class Connection {
  /** Told how many PUBLISH packets arrived in one read; never 0. */
  onPublishes: ((count: number) => void) | undefined
  /** Told the last byte of each PUBLISH, before `onPublishes`. */
  onPublish: ((lastByte: number) => void) | undefined
  readonly #socket: Socket
  readonly #counter = new PublishCounter()
  #handshake: Handshake | undefined

  static open(options: ConnectionOptions): Promise<Connection> {
    return new Promise((resolve, reject) => new Connection(options, resolve, reject))
  }

  private constructor(
    options: ConnectionOptions,
    resolve: (connection: Connection) => void,
    reject: (error: Error) => void,
  ) {
    const timer = setTimeout(
      () => fail(new Error('no answer to CONNECT or SUBSCRIBE')),
      handshakeSeconds * 1000,
    )
    const fail = (error: Error) => {
      clearTimeout(timer)
      this.#socket.destroy()
      reject(new Error(`${options.signIn.username} on port ${options.port}: ${error.message}`))
    }
    const ready = () => {
      clearTimeout(timer)
      this.#handshake = undefined
      resolve(this)
    }
    this.#socket = connect({
      port: options.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: receiveBuffer, callback: (bytes) => this.#receive(bytes) },
    })
    this.#handshake = new Handshake(this.#socket, options.topicFilter, ready, fail)
    this.#socket.on('error', fail)
    this.#socket.on('close', () => fail(new Error('closed by the server')))
    this.#socket.write(connectBytes(options.clientId, options.signIn.username, options.signIn.password))
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  #receive(bytes: number): boolean {
    if (this.#handshake !== undefined) {
      this.#handshake.receive(receiveBuffer.subarray(0, bytes))
      return true
    }
    const count = this.#counter.count(receiveBuffer, bytes, this.onPublish)
    if (count > 0) this.onPublishes?.(count)
    return true
  }
}

/** CONNECT → CONNACK → SUBSCRIBE → SUBACK. No message travels before every connection is through. */
class Handshake {
  readonly #socket: Socket
  readonly #topicFilter: string | undefined
  readonly #ready: () => void
  readonly #fail: (error: Error) => void
  #received = Buffer.alloc(0)
  #connected = false

  constructor(
    socket: Socket,
    topicFilter: string | undefined,
    ready: () => void,
    fail: (error: Error) => void,
  ) {
    this.#socket = socket
    this.#topicFilter = topicFilter
    this.#ready = ready
    this.#fail = fail
  }

  receive(bytes: Uint8Array): void {
    this.#received = Buffer.concat([this.#received, bytes])
    if (!this.#connected) this.#readConnack()
    else this.#readSuback()
  }

  #readConnack(): void {
    if (this.#received.length < 4) return
    const [firstByte, , , returnCode] = this.#received
    if (firstByte !== 0x20 || returnCode !== 0) {
      this.#fail(new Error(`CONNECT refused with code ${returnCode}`))
      return
    }
    this.#received = this.#received.subarray(4)
    this.#connected = true
    if (this.#topicFilter === undefined) this.#ready()
    else this.#socket.write(subscribeBytes(this.#topicFilter))
  }

  #readSuback(): void {
    if (this.#received.length < 5) return
    const [firstByte, , , , returnCode] = this.#received
    if (firstByte !== 0x90 || returnCode !== 0)
      this.#fail(new Error(`SUBSCRIBE to ${this.#topicFilter} refused`))
    else this.#ready()
  }
}

/** Opens them with at most 64 handshakes under way: servers' accept queues are short (mosquitto: 100). */
export async function openConnections(options: readonly ConnectionOptions[]): Promise<Connection[]> {
  const connections: Connection[] = new Array(options.length)
  let next = 0
  const openInTurn = async () => {
    while (next < options.length) {
      const index = next++
      connections[index] = await Connection.open(options[index] as ConnectionOptions)
    }
  }
  await Promise.all(Array.from({ length: 64 }, openInTurn))
  return connections
}
