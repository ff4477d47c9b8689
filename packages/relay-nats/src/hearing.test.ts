import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Claims } from './claims.ts'
import { Hearing } from './hearing.ts'
import { Listing } from './listing.ts'
import { NoticeBoard } from './notices.ts'
import { defaultRelayLimits } from './options.ts'
import { Peer } from './peer.ts'
import { InStream } from './streams/in-stream.ts'
import { OutStream } from './streams/out-stream.ts'
import type { AskWord, BeatWord, ClaimEntry, Word } from './words.ts'

const log = { info() {}, warn() {} }

/** One node that hears another, whose lists it can be let read; time is the test's. */
function open() {
  const sent: Word[] = []
  const heard: string[] = []
  const claims = new Claims({
    node: 'here',
    readStamp: () => 100,
    evict: (clientKey) => void heard.push(`evict ${clientKey}`),
    changed: () => {},
  })
  const notices = new NoticeBoard({ bytesMax: 100, log, send: () => {} })
  notices.listen({
    notice: (subject) => void heard.push(`notice ${subject}`),
    missed: () => void heard.push('missed'),
  })
  const hearing = new Hearing({
    claims,
    notices,
    send: (_peer, word) => void sent.push(word),
    interestChanged: () => {},
  })
  const theirs = {
    filters: [] as string[],
    claims: [] as ClaimEntry[],
    told: { interest: 0, claims: 0, notices: 0 },
  }
  const listing = new Listing({
    filters: () => theirs.filters,
    claims: (after) => theirs.claims.filter(([, stamp]) => stamp > after),
    told: (what) => theirs.told[what],
  })
  const out = new OutStream({
    from: 'a'.repeat(16),
    limits: defaultRelayLimits,
    now: () => 0,
    frameBytesMax: () => 1_048_576,
    nextStream: () => 1,
    send: () => {},
    dropped: () => {},
    lost: () => undefined,
  })
  const about = { node: 'there', id: 'b'.repeat(16), since: 0, subject: 'subject', now: 0 }
  const peer = new Peer(about, { out, in: new InStream(log, () => {}), listing })
  const beat = (): BeatWord => ({
    is: 'beat',
    node: 'there',
    since: 0,
    told: theirs.told,
    stamp: 0,
    hello: false,
  })
  /** Answers what it asks for until it asks for nothing more; returns how many parts that took. */
  const answer = (now = 0): number => {
    let parts = 0
    for (let ask = sent.shift(); ask !== undefined; ask = sent.shift()) {
      if (ask.is !== 'ask') continue
      const part = listing.answer(ask)
      if (part !== undefined) hearing.hearPart(peer, part, now)
      parts++
    }
    return parts
  }
  const takeAsked = () => sent.splice(0).filter((word): word is AskWord => word.is === 'ask')
  return { hearing, peer, claims, theirs, sent, heard, beat, answer, takeAsked }
}

describe('what another node tells', () => {
  it('of its interest is read from it at first, and then followed word by word', () => {
    const { hearing, peer, theirs, beat, answer, takeAsked } = open()
    theirs.filters = Array.from({ length: 10_000 }, (_, index) => `filter/${index}`)
    theirs.told.interest = 7
    hearing.hearInterest(peer, { is: 'interest', n: 7, add: ['early'], drop: [] }, 0)
    assert.equal(peer.interest.size, 0)
    hearing.hearBeat(peer, beat(), 0)
    assert.ok(answer() > 3, 'in several parts')
    assert.equal(peer.interest.size, 10_000)
    hearing.hearInterest(peer, { is: 'interest', n: 7, add: ['again'], drop: [] }, 0)
    hearing.hearInterest(peer, { is: 'interest', n: 8, add: ['new'], drop: ['filter/1'] }, 0)
    assert.deepEqual(
      ['filter/0', 'filter/1', 'again', 'new'].map((topic) => peer.interest.matches(topic)),
      [true, false, false, true],
    )
    theirs.told.interest = 8
    hearing.hearBeat(peer, beat(), 0)
    assert.deepEqual(takeAsked(), [])
  })

  it('of its interest is read again when a word is missing; until then what was known stays', () => {
    const { hearing, peer, theirs, beat, answer, takeAsked } = open()
    hearing.hearBeat(peer, beat(), 0)
    assert.deepEqual(takeAsked(), [], 'nothing was ever told')
    hearing.hearInterest(peer, { is: 'interest', n: 1, add: ['a', 'b'], drop: [] }, 0)
    hearing.hearInterest(peer, { is: 'interest', n: 3, add: ['d'], drop: [] }, 0)
    assert.equal(peer.interest.matches('a'), true)
    theirs.filters = ['b', 'c', 'd']
    theirs.told.interest = 3
    answer()
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((topic) => peer.interest.matches(topic)),
      [false, true, true, true],
    )
    theirs.told.interest = 4
    theirs.filters = ['c']
    hearing.hearBeat(peer, beat(), 0)
    answer()
    assert.equal(peer.interest.size, 1)
  })

  it('changes a list while it is read, and a lost part lets it be read anew', () => {
    const { hearing, peer, theirs, beat, answer, sent } = open()
    theirs.filters = Array.from({ length: 10_000 }, (_, index) => `filter/${index}`)
    theirs.told.interest = 1
    hearing.hearBeat(peer, beat(), 0)
    const first = peer.listing.answer(sent.shift() as AskWord)
    assert.ok(first !== undefined)
    hearing.hearPart(peer, first, 0)
    hearing.hearInterest(peer, { is: 'interest', n: 2, add: ['more'], drop: ['filter/0'] }, 0)
    assert.equal(peer.interest.matches('filter/0'), false)
    assert.equal(peer.interest.matches('more'), true)
    sent.length = 0
    hearing.tick(peer, 1_000, 4_000)
    assert.equal(sent.length, 0)
    hearing.tick(peer, 4_001, 4_000)
    theirs.filters = [...theirs.filters.slice(1), 'more']
    theirs.told.interest = 2
    answer()
    assert.equal(peer.interest.size, 10_000)
    hearing.tick(peer, 9_000, 4_000)
    assert.equal(sent.length, 0)
  })

  it('of its claims is read again when a word is missing: those that followed the last one heard, and only by who holds some', () => {
    const { hearing, peer, claims, theirs, heard, sent, beat, answer, takeAsked } = open()
    hearing.hearClaims(peer, { is: 'claims', n: 1, list: [['x', 10]] }, 0)
    hearing.hearClaims(peer, { is: 'claims', n: 3, list: [['y', 30]] }, 0)
    assert.deepEqual(takeAsked(), [], 'nothing is held here')
    for (const clientKey of ['old', 'kept', 'direct']) claims.claim(clientKey)
    hearing.hearClaims(peer, { is: 'claims', n: 4, list: [['z', 40]] }, 0)
    hearing.hearClaims(peer, { is: 'claims', n: 6, list: [['direct', 600]] }, 0)
    assert.deepEqual(heard, ['evict direct'])
    assert.deepEqual(
      sent.map((word) => word.is === 'ask' && [word.what, word.after]),
      [['claims', 40]],
    )
    theirs.claims = [
      ['x', 10],
      ['old', 500],
      ['kept', 41],
      ['direct', 600],
    ]
    const [ask] = takeAsked()
    const part = peer.listing.answer(ask as AskWord)
    assert.ok(part !== undefined)
    hearing.hearPart(peer, part, 0)
    assert.deepEqual(heard, ['evict direct', 'evict old'])
    assert.deepEqual(sent.shift(), { is: 'ask', what: 'claims', list: 1, part: 1, after: 40 })
    assert.deepEqual(sent.shift()?.is, 'claims', 'the other holds what has been claimed here since')
    theirs.told.claims = 7
    hearing.hearBeat(peer, beat(), 0)
    assert.equal(answer(), 2)
  })

  it('as a notice is passed on once, and a missing one is told as missed', async () => {
    const { hearing, peer, theirs, heard, beat } = open()
    hearing.hearNotice(peer, { is: 'notice', n: 1, subject: 'a', body: 1 })
    hearing.hearNotice(peer, { is: 'notice', n: 1, subject: 'a', body: 1 })
    hearing.hearNotice(peer, { is: 'notice', n: 3, subject: 'c', body: 1 })
    await turn()
    assert.deepEqual(heard.splice(0), ['notice a', 'notice c', 'missed'])
    theirs.told.notices = 3
    hearing.hearBeat(peer, beat(), 0)
    await turn()
    assert.deepEqual(heard, [])
    theirs.told.notices = 4
    hearing.hearBeat(peer, beat(), 0)
    hearing.hearBeat(peer, beat(), 0)
    await turn()
    assert.deepEqual(heard, ['missed'])
  })
})
