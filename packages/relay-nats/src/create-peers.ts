import type { LostListener } from '@pillion/broker'
import type { Claims } from './claims.ts'
import type { LocalInterest } from './interest/local-interest.ts'
import type { NatsLink } from './link.ts'
import { Listing } from './listing.ts'
import type { NodesLog, RelayLimits } from './options.ts'
import { Peer } from './peer.ts'
import { encodeAnswer } from './streams/frames.ts'
import { InStream } from './streams/in-stream.ts'
import { OutStream } from './streams/out-stream.ts'
import type { BeatWord } from './words.ts'

export interface CreatePeersOptions {
  /** Incarnation of this node. */
  readonly from: string
  readonly limits: RelayLimits
  readonly log: NodesLog
  readonly link: NatsLink
  /** What this node tells the others, also when they ask. */
  readonly interest: LocalInterest
  readonly claims: Claims
  subjectOf(id: string): string
  /** Tells what waits to be told. */
  flush(): void
  dropped(reason: string, messages: number): void
  lost(): LostListener | undefined
}

/** Returns what makes a peer of another node's first word, with all that this node keeps for it. */
export function createPeers(options: CreatePeersOptions) {
  const { from, limits, log, link, interest, claims, subjectOf, flush, dropped, lost } = options
  let streams = 0
  const listed = {
    filters: () => interest.filters(),
    claims: (after: number) => claims.since(after),
    told: (what: 'interest' | 'claims') => {
      flush()
      return what === 'interest' ? interest.told : claims.told
    },
  }
  return (id: string, { node, since }: BeatWord, now: number): Peer => {
    const subject = subjectOf(id)
    const out = new OutStream({
      from,
      limits,
      now: () => performance.now(),
      frameBytesMax: () => link.payloadBytesMax,
      nextStream: () => ++streams,
      send: (frame) => void link.publish(subject, frame),
      dropped,
      lost: () => {
        const tell = lost()
        return tell && ((topic, payload, age) => tell(topic, payload, node, age))
      },
    })
    const incoming = new InStream(log, (answer) => {
      link.publish(subject, encodeAnswer('resync', from, answer))
    })
    return new Peer({ node, id, since, subject, now }, { out, in: incoming, listing: new Listing(listed) })
  }
}
