import { RemoteInterest } from './interest/remote-interest.ts'
import type { Listing, Reading } from './listing.ts'
import type { InStream } from './streams/in-stream.ts'
import type { OutStream } from './streams/out-stream.ts'

/** Another node, from its first word until it is forgotten. */
export class Peer {
  readonly node: string
  /** Its incarnation: another one for each start of the node. */
  readonly id: string
  /** When it came up, in milliseconds since 1970. */
  readonly since: number
  readonly out: OutStream
  readonly in: InStream
  readonly listing: Listing
  /** Where what is meant for it alone is published. */
  readonly subject: string
  heardAt: number
  isAlive = true
  /** It has been taken for gone, and listeners have been told. */
  isToldGone = false
  interest = new RemoteInterest()
  /** While all of it is being read again. */
  nextInterest: RemoteInterest | undefined
  readonly readings: { interest: Reading | undefined; claims: Reading | undefined } = {
    interest: undefined,
    claims: undefined,
  }
  /** Numbers of the last words heard of each kind; undefined = none since it is there. */
  readonly heard: { interest: number | undefined; claims: number; notices: number } = {
    interest: undefined,
    claims: 0,
    notices: 0,
  }
  /** Stamp of its last claim before any that may have been missed. */
  claimStamp = 0

  constructor(
    about: { node: string; id: string; since: number; subject: string; now: number },
    streams: { out: OutStream; in: InStream; listing: Listing },
  ) {
    this.node = about.node
    this.id = about.id
    this.since = about.since
    this.subject = about.subject
    this.heardAt = about.now
    this.out = streams.out
    this.in = streams.in
    this.listing = streams.listing
  }
}
