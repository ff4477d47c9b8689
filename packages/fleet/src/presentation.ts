import type { SubscribeGrant } from '@pillion/broker'
import type { DirectionWord, Uid, Vin } from '@pillion/schema'
import { parseDownlinkTopic, parseUplinkTopic } from './canonical-topic.ts'
import { matchLevels, type PortalFilter } from './filter.ts'

export interface Place {
  readonly root: string
  readonly environment: string
}

/** A partner's filter on what vehicles send to it. */
export function presentUplink(place: Place, uid: Uid, filter: PortalFilter): SubscribeGrant {
  return {
    filter: `fleet/${place.environment}/partner/${uid}/${widen(filter.below).join('/')}`,
    form: formOf(filter),
    present(canonicalTopic) {
      const topic = parseUplinkTopic(canonicalTopic)
      return topic && spell(place.root, filter, topic)
    },
  }
}

/** A head unit's filter on what partners send to its vehicle. */
export function presentDownlink(place: Place, vin: Vin, filter: PortalFilter): SubscribeGrant {
  const [, ...subtopic] = widen(filter.below)
  return {
    filter: ['fleet', place.environment, 'vehicle', vin, filter.uid, ...subtopic].join('/'),
    form: formOf(filter),
    present(canonicalTopic) {
      const topic = parseDownlinkTopic(canonicalTopic)
      return topic && spell(place.root, filter, topic)
    },
  }
}

/** One copy per form: the filter's word, where `+` counts as `from` (W 2.5 point 3). */
function formOf(filter: PortalFilter): DirectionWord {
  return filter.word === '+' ? 'from' : filter.word
}

/**
 * The levels to match canonical topics with. They have no trailing slash: `V/` becomes `V`. And a filter whose
 * level below the VIN may be empty, like `V/+`, also concerns `V` itself, so it is widened to `V/#`; `spell` sorts out
 * what that matches in excess.
 */
export function widen(below: string): readonly string[] {
  const levels = below.split('/')
  const [vin = '', first, ...rest] = levels
  if (first === '' && rest.length === 0) return [vin]
  return first === '' || first === '+' ? [vin, '#'] : levels
}

/** The first spelling of the topic that the filter really matches (W 2.5 point 4). */
function spell(
  root: string,
  filter: PortalFilter,
  { uid, vin, subtopic }: { uid: Uid; vin: Vin; subtopic: string },
): string | undefined {
  const levels = filter.below.split('/')
  const below = spellingsOf(vin, subtopic).find((spelling) => matchLevels(levels, spelling.split('/')))
  return below && `${root}/${formOf(filter)}/uid/${uid}/opa/${below}`
}

/** What may stand below `opa/`, best first (W 2.5 point 4). */
export function spellingsOf(vin: Vin, subtopic: string): readonly string[] {
  return subtopic === '' ? [`${vin}/`, vin] : [`${vin}/${subtopic}`]
}
