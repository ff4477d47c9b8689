import type { Core } from '../core.ts'
import type { Refusal } from '../ports/access-policy.ts'
import type { MessageOutcome } from '../ports/message-recorder.ts'
import type { Audience, Route } from './route.ts'

/** What became of a message of this route, since `counters.watch()`. */
export function readRouteOutcome(core: Core, { decision, audience }: Route): MessageOutcome {
  if (!('refused' in decision)) return readOutcome(core, decision.topic, audience)
  core.counters.unwatch()
  return refusedOutcome(decision)
}

/** The same of any message that was taken. `isRetained`: whoever comes later gets it. */
export function readOutcome(
  core: Core,
  topic: string,
  audience: Audience,
  isRetained = false,
): MessageOutcome {
  const { dropped, isKept } = core.counters.unwatch()
  const missed = countMissed(dropped)
  let lost = 0
  for (const [reason, nodes] of dropped) if (reason.startsWith('relay_')) lost += nodes
  const { relay } = core
  const forwarded = relay.wants(topic) ? Math.max(0, relay.placeAmong(topic).count - 1 - lost) : 0
  const routed = countReceivers(audience) - missed
  const isLost = routed + forwarded + missed + lost === 0 && !isKept && !isRetained
  return { topic, refused: undefined, routed, forwarded, isKept, dropped: isLost ? unheard : dropped }
}

/** Receivers of this node that were to get it and did not. */
export function countMissed(dropped: MessageOutcome['dropped']): number {
  let missed = 0
  for (const [reason, receivers] of dropped)
    if (reason !== 'no_receiver' && !reason.startsWith('relay_')) missed += receivers
  return missed
}

export function refusedOutcome({ reason, text }: Pick<Refusal, 'reason' | 'text'>): MessageOutcome {
  return { refused: { reason, text }, routed: 0, forwarded: 0, isKept: false, dropped: nothing }
}

const nothing: ReadonlyMap<string, number> = new Map()
const unheard: ReadonlyMap<string, number> = new Map([['no_receiver', 1]])

function countReceivers({ groups, shares, receivers }: Audience): number {
  let count = shares.length + receivers.length
  for (const { members } of groups) count += members.length
  return count
}
