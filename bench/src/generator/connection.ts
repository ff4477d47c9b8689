import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext } from 'node:tls'
import { PublishCounter } from '@pillion/packet'
import type { SignIn } from '../population.ts'
import { RawStream } from '../raw-stream.ts'
import type { Transport } from '../transport.ts'
import { Handshake } from './handshake.ts'
import { disconnectBytes, wrap } from './packet-bytes.ts'
import { type Counter, WebSocketCounter } from './web-socket.ts'

/**
 * One buffer for what all sockets receive: it is read through within the callback, so nothing is allocated
 * per read, and one system call takes up to 256 KiB.
 */
const receiveBuffer = Buffer.allocUnsafe(262_144)
const handshakeSecondsDefault = 30

/** One cipher for every server, which would otherwise choose different ones; certificates are not looked at. */
const secureContext = createSecureContext({ minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' })

export interface ConnectionOptions {
  readonly transport: Transport
  readonly port: number
  readonly clientId: string
  readonly signIn: SignIn
  /** Subscribed to before `open` resolves, in one SUBSCRIBE; up to 100. */
  readonly topicFilters?: readonly string[]
  readonly handshakeSeconds?: number
}

/** A raw connection to a server, signed in and subscribed. */
export class Connection {
  /** Told how many PUBLISH packets arrived in one read; never 0. */
  onPublishes: ((count: number) => void) | undefined
  /** Told the last byte of each PUBLISH, before `onPublishes`. */
  onPublish: ((lastByte: number) => void) | undefined
  readonly #transport: Transport
  readonly #socket: Socket
  readonly #counter: Counter
  #stream: RawStream | undefined
  #handshake: Handshake | undefined

  static open(options: ConnectionOptions): Promise<Connection> {
    return new Promise((resolve, reject) => new Connection(options, resolve, reject))
  }

  private constructor(
    options: ConnectionOptions,
    resolve: (connection: Connection) => void,
    reject: (error: Error) => void,
  ) {
    const { transport, port, signIn, handshakeSeconds = handshakeSecondsDefault } = options
    const timer = setTimeout(
      () => fail(new Error('no answer to CONNECT or SUBSCRIBE')),
      handshakeSeconds * 1000,
    )
    const fail = (cause: Error) => {
      clearTimeout(timer)
      this.#socket.destroy()
      reject(new Error(`${signIn.username} on port ${port}: ${cause.message}`, { cause }))
    }
    this.#transport = transport
    this.#counter = transport === 'ws' ? new WebSocketCounter(new PublishCounter()) : new PublishCounter()
    this.#socket = openSocket(transport, port, () => {
      const stream = new RawStream(this.#socket, receiveBuffer, this.#receive)
      this.#stream = stream
      this.#handshake = new Handshake(options, stream, fail, () => {
        clearTimeout(timer)
        this.#handshake = undefined
        resolve(this)
      })
    })
    this.#socket.on('error', fail)
    this.#socket.on('close', () => fail(new Error('closed by the server')))
  }

  /** Bytes made by `publishBytes`; they must not change any more. */
  send(bytes: Uint8Array): void {
    this.#stream?.write(bytes)
  }

  /** Says DISCONNECT; resolves when the server has closed the connection. */
  disconnect(): Promise<void> {
    this.#socket.removeAllListeners('close')
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()))
    this.send(wrap(disconnectBytes(), this.#transport))
    return closed
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  readonly #receive = (length: number): void => {
    if (this.#handshake !== undefined) {
      this.#handshake.receive(receiveBuffer.subarray(0, length))
      return
    }
    const count = this.#counter.count(receiveBuffer, 0, length, this.onPublish)
    if (count > 0) this.onPublishes?.(count)
  }
}

function openSocket(transport: Transport, port: number, opened: () => void): Socket {
  const address = { port, host: '127.0.0.1' }
  if (transport !== 'tls') return connectTcp({ ...address, noDelay: true }, opened)
  const socket = connectTls({ ...address, secureContext, rejectUnauthorized: false }, opened)
  return socket.setNoDelay(true)
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
