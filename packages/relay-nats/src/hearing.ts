import type { Claims } from './claims.ts'
import { RemoteInterest } from './interest/remote-interest.ts'
import { Reading } from './listing.ts'
import type { NoticeBoard } from './notices.ts'
import type { Peer } from './peer.ts'
import type { AskWord, BeatWord, ClaimsWord, InterestWord, NoticeWord, PartWord, Word } from './words.ts'

export interface HearingOptions {
  readonly claims: Claims
  readonly notices: NoticeBoard
  send(peer: Peer, word: Word): void
  interestChanged(): void
}

/**
 * What the other nodes tell of their interest, claims and notices. Words of each kind are numbered; when some are missing,
 * what they were about is read again from the node itself.
 */
export class Hearing {
  readonly #options: HearingOptions
  #lists = 0

  constructor(options: HearingOptions) {
    this.#options = options
  }

  /** Shows whether words have been missed. */
  hearBeat(peer: Peer, { told, stamp }: BeatWord, now: number): void {
    const { heard, readings } = peer
    if (heard.interest === undefined && told.interest === 0) heard.interest = 0
    const isInterestKnown = heard.interest !== undefined && heard.interest >= told.interest
    if (!isInterestKnown && readings.interest === undefined) this.#readInterest(peer, now)
    if (told.claims > heard.claims) {
      heard.claims = told.claims
      this.#readClaims(peer, now)
    }
    this.#options.claims.observe(stamp)
    if (told.notices > heard.notices) {
      heard.notices = told.notices
      this.#options.notices.miss()
    }
  }

  hearInterest(peer: Peer, { n, add, drop }: InterestWord, now: number): void {
    const { heard } = peer
    // Not yet known, then the list that is being asked for holds it too.
    if (heard.interest === undefined || n <= heard.interest) return
    if (n !== heard.interest + 1) {
      this.#readInterest(peer, now)
      return
    }
    heard.interest = n
    for (const interest of interestsOf(peer)) {
      for (const filter of add) interest.add(filter)
      for (const filter of drop) interest.delete(filter)
    }
    this.#options.interestChanged()
  }

  hearClaims(peer: Peer, { n, list }: ClaimsWord, now: number): void {
    const { heard } = peer
    const isNext = n === heard.claims + 1
    if (n > heard.claims) heard.claims = n
    if (n > 0 && !isNext) this.#readClaims(peer, now)
    this.#settleClaims(peer, list)
    if (n > 0) peer.claimStamp = Math.max(peer.claimStamp, list.at(-1)?.[1] ?? 0)
  }

  hearNotice(peer: Peer, word: NoticeWord): void {
    const { heard } = peer
    if (word.n <= heard.notices) return
    if (word.n !== heard.notices + 1) this.#options.notices.miss()
    heard.notices = word.n
    this.#options.notices.hear(word, peer.node)
  }

  hearPart(peer: Peer, word: PartWord, now: number): void {
    const reading = peer.readings[word.what]
    if (!reading?.accept(word, now)) return
    if (word.isLast) peer.readings[word.what] = undefined
    if (word.what === 'claims') this.#settleClaims(peer, word.claims)
    else this.#takeInterest(peer, word)
  }

  /** Begins anew what got stuck: a part was lost. */
  tick(peer: Peer, now: number, patience: number): void {
    const { interest, claims } = peer.readings
    if (interest?.isStuck(now, patience)) this.#readInterest(peer, now)
    if (claims?.isStuck(now, patience)) this.#readClaims(peer, now)
  }

  /** The node is not there any more; should it come back, its interest is read again. */
  lose(peer: Peer): void {
    peer.interest = new RemoteInterest()
    peer.nextInterest = undefined
    peer.heard.interest = undefined
    peer.readings.interest = undefined
  }

  #readInterest(peer: Peer, now: number): void {
    peer.heard.interest = undefined
    peer.nextInterest = undefined
    peer.readings.interest = this.#read(peer, 'interest', 0, now)
  }

  /** Those from before this node held anything cannot collide with its own. */
  #readClaims(peer: Peer, now: number): void {
    if (this.#options.claims.count === 0) return
    const after = peer.readings.claims?.after ?? peer.claimStamp
    peer.readings.claims = this.#read(peer, 'claims', after, now)
  }

  #read(peer: Peer, what: AskWord['what'], after: number, now: number): Reading {
    return new Reading(what, after, ++this.#lists, (word) => this.#options.send(peer, word), now)
  }

  #takeInterest(peer: Peer, { n, part, isLast, filters }: PartWord): void {
    if (part === 0) {
      peer.heard.interest = n
      peer.nextInterest = peer.interest.size === 0 ? peer.interest : new RemoteInterest()
    }
    for (const interest of interestsOf(peer)) for (const filter of filters) interest.add(filter)
    if (isLast && peer.nextInterest !== undefined) {
      peer.interest = peer.nextInterest
      peer.nextInterest = undefined
    }
    this.#options.interestChanged()
  }

  #settleClaims(peer: Peer, list: ClaimsWord['list']): void {
    const newer = this.#options.claims.hear(peer.node, list)
    if (newer.length > 0) this.#options.send(peer, { is: 'claims', n: 0, list: newer })
  }
}

/** What is known is used until all of it has been read again. */
function interestsOf({ interest, nextInterest }: Peer): readonly RemoteInterest[] {
  return nextInterest === undefined || nextInterest === interest ? [interest] : [interest, nextInterest]
}
