import type { SignIn } from '../population.ts'
import type { RawStream } from '../raw-stream.ts'
import type { Transport } from '../transport.ts'
import { connectBytes, subscribeBytes, wrap } from './packet-bytes.ts'
import { unwrap, upgradeRequest } from './web-socket.ts'

export interface HandshakeOptions {
  readonly transport: Transport
  readonly port: number
  readonly clientId: string
  readonly signIn: SignIn
  readonly topicFilters?: readonly string[]
}

/** CONNECT → CONNACK → SUBSCRIBE → SUBACK, over WebSocket after its own. No message travels before every connection is through. */
export class Handshake {
  readonly #options: HandshakeOptions
  readonly #stream: RawStream
  readonly #fail: (error: Error) => void
  readonly #ready: () => void
  #stage: 'upgrade' | 'connack' | 'suback' = 'upgrade'
  #received = Buffer.alloc(0)

  constructor(options: HandshakeOptions, stream: RawStream, fail: (error: Error) => void, ready: () => void) {
    this.#options = options
    this.#stream = stream
    this.#fail = fail
    this.#ready = ready
    if (options.transport === 'ws') stream.write(upgradeRequest(options.port))
    else this.#connect()
  }

  receive(bytes: Uint8Array): void {
    this.#received = Buffer.concat([this.#received, bytes])
    try {
      this.#advance()
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #advance(): void {
    if (this.#stage === 'upgrade') {
      if (this.#received.includes('\r\n\r\n')) {
        unwrap(this.#received)
        this.#connect()
      }
      return
    }
    const packets = this.#options.transport === 'ws' ? unwrap(this.#received) : this.#received
    if (this.#stage === 'connack') this.#readConnack(packets)
    else this.#readSuback(packets.subarray(4))
  }

  #connect(): void {
    const { transport, clientId, signIn } = this.#options
    this.#stage = 'connack'
    this.#stream.write(wrap(connectBytes(clientId, signIn.username, signIn.password), transport))
  }

  #readConnack(packets: Buffer): void {
    if (packets.length < 4) return
    const [firstByte, , , returnCode] = packets
    if (firstByte !== 0x20 || returnCode !== 0) throw new Error(`CONNECT refused with code ${returnCode}`)
    const { topicFilters, transport } = this.#options
    if (topicFilters === undefined) {
      this.#ready()
      return
    }
    this.#stage = 'suback'
    this.#stream.write(wrap(subscribeBytes(topicFilters), transport))
  }

  #readSuback(packets: Buffer): void {
    const { topicFilters = [] } = this.#options
    const length = 4 + topicFilters.length
    if (packets.length < length) return
    const refused = packets.subarray(4, length).findIndex((returnCode) => returnCode !== 0)
    if (packets[0] !== 0x90 || refused >= 0) {
      throw new Error(`SUBSCRIBE to ${topicFilters[Math.max(0, refused)]} refused`)
    }
    this.#ready()
  }
}
