const nothing: ReadonlyMap<string, number> = new Map()

/** What the core counted since it started. Plain numbers: the hot path adds to fields, nobody is called. */
export class Counters {
  messagesReceived = 0
  messagesSent = 0
  /** From other nodes; each of them has counted it as received. */
  messagesArrived = 0
  /** Handed over to be kept for a receiver that is away; neither sent nor dropped. */
  messagesKept = 0
  bytesReceived = 0
  bytesSent = 0
  connectionsAccepted = 0
  connectionsRefused = 0
  connectionsClosed = 0
  /** Wills not published because the client came back in time (3.1.3.2.2). */
  willsCancelled = 0
  /** Sessions that ended early because there was no room for them. */
  sessionsDiscarded = 0
  /** Messages that were delivered, but not retained as asked, because there was no room. */
  retainedRefused = 0
  /** Retained messages whose time was over. */
  retainedExpired = 0
  readonly #dropped = new Map<string, { messages: number }>()
  readonly #refused = new Map<string, number>()

  #isWatched = false
  /** What was dropped since somebody watches; undefined as long as nothing was, which is nearly always. */
  #watched: Map<string, number> | undefined
  #keptBefore = 0

  /** A message that was not delivered, per receiver it was meant for; once where there was none. */
  drop(reason: string, messages: number): void {
    if (this.#isWatched) {
      this.#watched ??= new Map()
      this.#watched.set(reason, (this.#watched.get(reason) ?? 0) + messages)
    }
    this.dropUnwatched(reason, messages)
  }

  /** Of messages that came earlier than the one somebody watches. */
  dropUnwatched(reason: string, messages: number): void {
    const dropped = this.#dropped.get(reason)
    if (dropped === undefined) this.#dropped.set(reason, { messages })
    else dropped.messages += messages
  }

  /** Begins to note what becomes of a single message. */
  watch(): void {
    this.#isWatched = true
    this.#watched = undefined
    this.#keptBefore = this.messagesKept
  }

  unwatch(): { readonly dropped: ReadonlyMap<string, number>; readonly isKept: boolean } {
    const dropped = this.#watched ?? nothing
    this.#isWatched = false
    this.#watched = undefined
    return { dropped, isKept: this.messagesKept > this.#keptBefore }
  }

  /** A CONNECT or SUBSCRIBE that was refused. */
  refuse(packet: 'connect' | 'subscribe', reason: string): void {
    const name = `refused_${packet}_${reason}`
    this.#refused.set(name, (this.#refused.get(name) ?? 0) + 1)
  }

  /** Every message that was to be delivered to somebody and was not. */
  get messagesDropped(): number {
    let sum = 0
    for (const [reason, { messages }] of this.#dropped) if (reason !== 'no_receiver') sum += messages
    return sum
  }

  snapshot(): Record<string, number> {
    return {
      messages_received: this.messagesReceived,
      messages_sent: this.messagesSent,
      messages_arrived: this.messagesArrived,
      messages_kept: this.messagesKept,
      bytes_received: this.bytesReceived,
      bytes_sent: this.bytesSent,
      connections_accepted: this.connectionsAccepted,
      connections_refused: this.connectionsRefused,
      connections_closed: this.connectionsClosed,
      wills_cancelled: this.willsCancelled,
      sessions_discarded: this.sessionsDiscarded,
      retained_refused: this.retainedRefused,
      retained_expired: this.retainedExpired,
      ...Object.fromEntries(
        [...this.#dropped].map(([reason, { messages }]) => [`dropped_${reason}`, messages]),
      ),
      ...Object.fromEntries(this.#refused),
    }
  }
}
