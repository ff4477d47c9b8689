import { randomBytes } from 'node:crypto'
import type { Relay, RelayNode } from '@pillion/broker'
import { Claims, readClaimStamp } from './claims.ts'
import { createPeers } from './create-peers.ts'
import { Hearing } from './hearing.ts'
import { LocalInterest } from './interest/local-interest.ts'
import { type LinkState, NatsLink } from './link.ts'
import { Listeners } from './listeners.ts'
import { Members } from './members.ts'
import { NoticeBoard, type Notices } from './notices.ts'
import {
  checkToken,
  defaultRelayLimits,
  defaultTimes,
  type NatsNodesOptions,
  type RelayLimits,
  type RelayTimes,
} from './options.ts'
import type { Peer } from './peer.ts'
import { NatsRelay } from './relay.ts'
import { encodeAnswer, frameKinds, INCARNATION_CHARACTERS, readAnswer, readFrom } from './streams/frames.ts'
import { type BeatWord, decodeWord, encodeWord, isWord, type Word } from './words.ts'

/** Of the sender's window: what came is acknowledged at once when it is more. */
const OWED_SHARE = 1 / 64

/** The nodes of one deployment, which find each other on NATS: what travels between them, and who is there. */
export class NatsNodes {
  readonly #options: NatsNodesOptions
  readonly #times: RelayTimes
  readonly #limits: RelayLimits
  /** Another one for each start, so that nobody takes this process for the one before it. */
  readonly #id = randomBytes(INCARNATION_CHARACTERS / 2).toString('hex')
  readonly #since = Date.now()
  readonly #toAll: string
  readonly #link: NatsLink
  readonly #members: Members
  readonly #interest = new LocalInterest()
  readonly #claims: Claims
  readonly #notices: NoticeBoard
  readonly #hearing: Hearing
  readonly #relay: NatsRelay
  readonly #stateListeners: Listeners<(state: LinkState) => void>
  readonly #goneListeners: Listeners<(node: string) => void>
  readonly #returnListeners: Listeners<() => void>
  #owed: Peer[] = []
  #tickedAt = 0
  #welcomedAt = Number.NEGATIVE_INFINITY
  #isFlushDue = false
  #acknowledging: NodeJS.Timeout | undefined
  #toldAt = Number.NEGATIVE_INFINITY
  #telling: NodeJS.Timeout | undefined
  #ticker: NodeJS.Timeout | undefined
  #closed: Promise<void> | undefined

  /** @throws {TypeError} if `deployment` or `node` cannot be part of a subject */
  constructor(options: NatsNodesOptions) {
    checkToken('deployment', options.deployment)
    checkToken('node', options.node)
    this.#options = options
    this.#times = { ...defaultTimes, ...options.times }
    this.#limits = { ...defaultRelayLimits, ...options.limits }
    this.#stateListeners = new Listeners(options.log)
    this.#goneListeners = new Listeners(options.log)
    this.#returnListeners = new Listeners(options.log)
    this.#toAll = `pillion.${options.deployment}.all`
    this.#link = new NatsLink(options, this.#times, [this.#toAll, this.#subjectOf(this.#id)], {
      received: (bytes) => this.#received(bytes),
      stateChanged: (state) => this.#stateChanged(state),
    })
    this.#claims = new Claims({
      node: options.node,
      readStamp: readClaimStamp,
      evict: (clientKey) => this.#relay.node?.evict(clientKey),
      changed: () => this.#flushSoon(),
    })
    this.#notices = new NoticeBoard({
      bytesMax: this.#limits.relayNoticeBytesMax,
      log: options.log,
      send: (word) => void this.#tell(word),
    })
    this.#hearing = new Hearing({
      claims: this.#claims,
      notices: this.#notices,
      send: (peer, word) => this.#sendWord(peer, word),
      interestChanged: () => this.#relay.changeInterest(),
    })
    this.#members = this.#createMembers()
    this.#relay = new NatsRelay({
      node: options.node,
      interest: this.#interest,
      claims: this.#claims,
      members: this.#members,
      changed: () => this.#flushSoon(),
      opened: () => this.#restartIncoming(),
      drain: () => this.#drain(),
    })
  }

  /** The broker's port. */
  get relay(): Relay {
    return this.#relay
  }

  get notices(): Notices {
    return this.#notices
  }

  get state(): LinkState {
    return this.#link.state
  }

  /** To the NATS server and back, at the last ping; undefined while there is none. */
  get roundTripMilliseconds(): number | undefined {
    return this.#link.roundTripMilliseconds
  }

  /**
   * Goes on trying for ever; resolves when NATS is reached for the first time, or after `timeoutMilliseconds` in any case.
   */
  async connect(timeoutMilliseconds = 10_000): Promise<void> {
    if (this.#ticker === undefined && this.#closed === undefined) {
      this.#tickedAt = performance.now()
      this.#ticker = setInterval(() => this.#tick(), this.#times.beat / 2)
      this.#link.start()
    }
    if (this.state !== 'connecting') return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, timeoutMilliseconds)
    const stop = this.onState(() => resolve())
    await promise
    clearTimeout(timer)
    stop()
  }

  /** Returns what ends it, as the others do. */
  onState(listener: (state: LinkState) => void): () => void {
    return this.#stateListeners.add(listener)
  }

  /** Nodes that are there, this one included; since when in milliseconds since 1970. */
  listNodes(): readonly { readonly node: string; readonly sinceMilliseconds: number }[] {
    const own = { node: this.#options.node, sinceMilliseconds: this.#since }
    return [own, ...this.#members.alive.map(({ node, since }) => ({ node, sinceMilliseconds: since }))]
  }

  /**
   * A node that was there is not any more: it said bye, or was silent while this node was connected. Not called when it is
   * another process of the same node that takes its place.
   */
  onNodeGone(listener: (node: string) => void): () => void {
    return this.#goneListeners.add(listener)
  }

  /** Others had taken this node for gone, and hear it again: what they did about it has to be undone. */
  onReturn(listener: () => void): () => void {
    return this.#returnListeners.add(listener)
  }

  /** Waits a moment for what is on its way, says bye and leaves. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.#relay.close()
    clearInterval(this.#ticker)
    clearTimeout(this.#acknowledging)
    clearTimeout(this.#telling)
    this.#tell({ is: 'bye' })
    await this.#link.flush()
    await this.#link.close()
  }

  #createMembers(): Members {
    return new Members({
      node: this.#options.node,
      times: this.#times,
      nodesMax: this.#limits.relayNodesMax,
      log: this.#options.log,
      createPeer: createPeers({
        from: this.#id,
        limits: this.#limits,
        log: this.#options.log,
        link: this.#link,
        interest: this.#interest,
        claims: this.#claims,
        subjectOf: (id) => this.#subjectOf(id),
        flush: () => this.#flush(),
        dropped: (reason, messages) => this.#relay.node?.dropped(reason, messages),
        lost: () => this.#relay.node?.lost,
      }),
      joined: (peer, wasToldGone) => {
        this.#options.log.info({ peer: peer.node }, 'a node is there')
        this.#sendWord(peer, this.#beat(false))
        if (wasToldGone) this.#sendWord(peer, { is: 'welcome-back' })
        peer.out.resend()
        this.#relay.changeInterest()
      },
      lost: (peer) => {
        this.#options.log.info({ peer: peer.node }, 'a node is not there any more')
        this.#hearing.lose(peer)
        this.#relay.changeInterest()
      },
      gone: (node) => this.#goneListeners.tell((listener) => listener(node)),
    })
  }

  #subjectOf(id: string): string {
    return `pillion.${this.#options.deployment}.to.${id}`
  }

  #beat(hello: boolean): BeatWord {
    const told = { interest: this.#interest.told, claims: this.#claims.told, notices: this.#notices.told }
    const { node } = this.#options
    return { is: 'beat', node, since: this.#since, told, stamp: this.#claims.latest, hello }
  }

  #tell(word: Word): void {
    this.#link.publish(this.#toAll, encodeWord(this.#id, word))
  }

  #sendWord({ subject }: Peer, word: Word): void {
    this.#link.publish(subject, encodeWord(this.#id, word))
  }

  #stateChanged(state: LinkState): void {
    const now = performance.now()
    if (state === 'connected') {
      this.#members.listen(now)
      this.#tell(this.#beat(true))
      this.#restartIncoming()
      for (const peer of this.#members.alive) peer.out.resend()
    } else this.#members.stopListening()
    this.#stateListeners.tell((listener) => listener(state))
  }

  /** The client's reader ends when this throws. */
  #received(bytes: Uint8Array): void {
    try {
      const now = performance.now()
      this.#wakeIfPaused(now)
      if (isWord(bytes)) this.#hear(decodeWord(bytes), now)
      else this.#receive(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), now)
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'what another node sent could not be read')
    }
  }

  #receive(frame: Buffer, now: number): void {
    const peer = this.#members.find(readFrom(frame))
    if (peer === undefined) return
    peer.heardAt = now
    if (frame[0] === frameKinds.ack) peer.out.acknowledge(readAnswer(frame))
    else if (frame[0] === frameKinds.resync) peer.out.resync(readAnswer(frame))
    // Without a broker nothing is acknowledged: it is sent again to the one that comes.
    else if (this.#relay.node !== undefined) this.#receiveBatch(frame, peer, this.#relay.node)
  }

  /** An acknowledgement for each batch would be as many messages again; the sender's window is larger than a few of them. */
  #receiveBatch(frame: Buffer, peer: Peer, node: RelayNode): void {
    if (peer.in.receive(frame, node)) {
      this.#owed.push(peer)
      this.#acknowledging ??= setTimeout(this.#acknowledge, this.#times.gather)
    }
    if (peer.in.owedBytes >= this.#limits.relayWindowBytesMax * OWED_SHARE) this.#acknowledge()
  }

  readonly #acknowledge = (): void => {
    for (const peer of this.#owed) {
      this.#link.publish(peer.subject, encodeAnswer('ack', this.#id, peer.in.takeAcknowledgement()))
    }
    this.#owed = []
    clearTimeout(this.#acknowledging)
    this.#acknowledging = undefined
  }

  #hear(word: Word & { readonly from: string }, now: number): void {
    // An earlier connection of this node said it, which the present one does not count as its own.
    if (word.from === this.#id) return
    const peer =
      word.is === 'beat' ? this.#members.hearBeat(word.from, word, now) : this.#members.find(word.from)
    if (peer === undefined) return
    peer.heardAt = now
    switch (word.is) {
      case 'beat':
        if (word.hello) this.#sendWord(peer, this.#beat(false))
        this.#hearing.hearBeat(peer, word, now)
        break
      case 'bye':
        this.#members.hearBye(peer)
        break
      case 'welcome-back':
        this.#welcome(now)
        break
      case 'interest':
        this.#hearing.hearInterest(peer, word, now)
        break
      case 'claims':
        this.#hearing.hearClaims(peer, word, now)
        break
      case 'notice':
        this.#hearing.hearNotice(peer, word)
        break
      case 'part':
        this.#hearing.hearPart(peer, word, now)
        break
      case 'ask': {
        // A part holds what is so now: whoever reads it must not hear of earlier changes later.
        this.#tellChanges()
        const part = peer.listing.answer(word)
        if (part !== undefined) this.#sendWord(peer, part)
      }
    }
  }

  /** Once, though every other node says so. */
  #welcome(now: number): void {
    if (now - this.#welcomedAt < this.#times.silence) return
    this.#welcomedAt = now
    this.#returnListeners.tell((listener) => listener())
  }

  #tick(): void {
    const now = performance.now()
    this.#wakeIfPaused(now)
    this.#tickedAt = now
    this.#members.tick(now)
    for (const peer of this.#members.all) {
      peer.out.tick(this.#times.beat)
      if (!peer.isAlive) continue
      peer.in.tick()
      this.#hearing.tick(peer, now, this.#times.beat * 2)
    }
    this.#tell(this.#beat(false))
  }

  /**
   * A process that was stopped for a while finds old bytes in its socket: batches in it may have been given up by their
   * senders, and that the others were not heard says nothing about them.
   */
  #wakeIfPaused(now: number): void {
    if (now - this.#tickedAt < this.#times.silence / 2) return
    this.#options.log.warn({ milliseconds: Math.round(now - this.#tickedAt) }, 'this node stood still')
    this.#tickedAt = now
    this.#members.wake(now)
    this.#restartIncoming()
  }

  #restartIncoming(): void {
    for (const peer of this.#members.all) peer.in.restart()
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    setImmediate(this.#flushNow)
  }

  readonly #flushNow = () => {
    this.#isFlushDue = false
    const wait = this.#toldAt + this.#times.gatherChanges - performance.now()
    if (wait <= 0) this.#tellChanges()
    else if (this.#hasChanges) this.#telling ??= setTimeout(this.#tellChanges, wait)
    // A turn later, as a batch costs more than its messages: what came in while this turn was busy goes with it.
    setImmediate(this.#flushStreams)
  }

  #flush(): void {
    this.#tellChanges()
    this.#flushStreams()
  }

  get #hasChanges(): boolean {
    return this.#interest.hasChanges || this.#claims.hasChanges
  }

  /** At once, but when one follows the other only now and then: in a storm of sign-ins each would be a message to all. */
  readonly #tellChanges = (): void => {
    clearTimeout(this.#telling)
    this.#telling = undefined
    if (!this.#hasChanges) return
    this.#toldAt = performance.now()
    this.#interest.flush((word) => this.#tell(word))
    this.#claims.flush((word) => this.#tell(word))
  }

  readonly #flushStreams = (): void => {
    // Whoever is asked by one of these messages must know where the answer is wanted.
    if (this.#interest.hasChanges && this.#members.alive.some(({ out }) => out.hasMessages))
      this.#tellChanges()
    for (const peer of this.#members.all) peer.out.flush()
  }

  /** Waits until everything is acknowledged by those who are there, as long as `drain`; then the rest is lost. */
  async #drain(): Promise<void> {
    this.#flush()
    this.#acknowledge()
    const deadline = performance.now() + this.#times.drain
    const isWaiting = () => this.#members.alive.some(({ out }) => out.unsettled > 0)
    while (this.state === 'connected' && isWaiting() && performance.now() < deadline) {
      await new Promise((resume) => setTimeout(resume, 5))
    }
    for (const peer of this.#members.all) peer.out.end()
    await this.#link.flush()
  }
}
