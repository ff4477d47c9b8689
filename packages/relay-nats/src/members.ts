import type { NodesLog, RelayTimes } from './options.ts'
import type { Peer } from './peer.ts'
import type { BeatWord } from './words.ts'

/** A node that comes back after many such times is taken for a new one: long after it has been taken for gone by all. */
const FORGET_TIMES = 1_000

export interface MembersOptions {
  readonly node: string
  readonly times: RelayTimes
  readonly nodesMax: number
  readonly log: NodesLog
  createPeer(id: string, word: BeatWord, now: number): Peer
  /** A node is there that was not, or that had been taken for gone; `wasToldGone` if listeners had heard so. */
  joined(peer: Peer, wasToldGone: boolean): void
  /** It is not there any more, for now (silence) or for good. */
  lost(peer: Peer): void
  /** Said bye, or was silent for long while this node itself was connected. */
  gone(node: string): void
}

/** Which other nodes are there. */
export class Members {
  readonly #options: MembersOptions
  readonly #peers = new Map<string, Peer>()
  #alive: readonly Peer[] = []
  /** Since when others can be heard; undefined = they cannot. */
  #listeningSince: number | undefined

  constructor(options: MembersOptions) {
    this.#options = options
  }

  get alive(): readonly Peer[] {
    return this.#alive
  }

  /** Those too that are silent and may come back. */
  get all(): Iterable<Peer> {
    return this.#peers.values()
  }

  find(id: string): Peer | undefined {
    return this.#peers.get(id)
  }

  /** Undefined if it is not to be taken for a node. */
  hearBeat(id: string, word: BeatWord, now: number): Peer | undefined {
    const peer = this.#peers.get(id) ?? this.#admit(id, word, now)
    if (peer !== undefined && !peer.isAlive) {
      const wasToldGone = peer.isToldGone
      peer.isAlive = true
      peer.isToldGone = false
      peer.heardAt = now
      this.#changed()
      this.#options.joined(peer, wasToldGone)
    }
    return peer
  }

  hearBye(peer: Peer): void {
    this.#remove(peer)
    if (!peer.isToldGone) this.#options.gone(peer.node)
  }

  listen(now: number): void {
    this.#listeningSince = now
  }

  stopListening(): void {
    this.#listeningSince = undefined
  }

  /** This node stood still: the others may have spoken meanwhile. */
  wake(now: number): void {
    const earliest = now - this.#options.times.silence / 2
    for (const peer of this.#alive) peer.heardAt = Math.max(peer.heardAt, earliest)
    if (this.#listeningSince !== undefined) this.#listeningSince = now
  }

  tick(now: number): void {
    const { silence, forget } = this.#options.times
    const isListening = this.#listeningSince !== undefined && now - this.#listeningSince >= silence
    for (const peer of this.#peers.values()) {
      const silentFor = now - peer.heardAt
      if (peer.isAlive && silentFor >= silence) this.#lose(peer)
      if (!peer.isAlive && !peer.isToldGone && isListening) {
        peer.isToldGone = true
        this.#options.gone(peer.node)
      }
      if (!peer.isAlive && silentFor >= forget) peer.out.restart()
      if (silentFor >= forget * FORGET_TIMES) this.#remove(peer)
    }
  }

  #admit(id: string, word: BeatWord, now: number): Peer | undefined {
    const { node, nodesMax, log, createPeer } = this.#options
    if (word.node === node) {
      log.warn({ node }, 'another process says that it is this node: no two may use one data folder')
      return undefined
    }
    for (const peer of this.#peers.values()) if (peer.node === word.node) this.#remove(peer)
    if (this.#peers.size >= nodesMax) {
      log.warn({ node: word.node, nodesMax }, 'there are too many nodes: one is not listened to')
      return undefined
    }
    const peer = createPeer(id, word, now)
    peer.isAlive = false
    this.#peers.set(id, peer)
    return peer
  }

  #lose(peer: Peer): void {
    peer.isAlive = false
    this.#changed()
    this.#options.lost(peer)
  }

  #remove(peer: Peer): void {
    this.#peers.delete(peer.id)
    if (peer.isAlive) this.#lose(peer)
    peer.out.restart()
  }

  #changed(): void {
    this.#alive = [...this.#peers.values()].filter(({ isAlive }) => isAlive)
  }
}
