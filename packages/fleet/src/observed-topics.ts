import type { PublishDecision, SubscribeDecision } from '@pillion/broker'
import { parsePortalTopic, parseUid, parseVin } from '@pillion/schema'
import { parseDownlinkTopic, parseUplinkTopic } from './canonical-topic.ts'
import { isWildcardMisplaced, matchLevels } from './filter.ts'
import { grantPublish, type PublishRules } from './grant-publish.ts'
import { spellingsOf, widen } from './presentation.ts'
import { refusals } from './refusals.ts'

/**
 * The portal's topics for one who is neither partner nor vehicle, such as an account that an operator lets watch
 * (W 2.2: "may observe every topic"). There is no role that would decide the direction, so the word does, as seen from the
 * vehicle: `to` is what partners send, `from` what vehicles send. Whoever asks has checked that it is granted.
 */
export class ObservedTopics {
  /** Every topic name and filter below it is the portal's. */
  readonly root: string
  readonly #rules: PublishRules

  constructor(root: string, rules: PublishRules) {
    this.root = root
    this.#rules = rules
  }

  /** As if the partner of that UID (`to`) or that vehicle (`from`) had sent it: the same rules (W 2.7 to 2.9). */
  publish(topicName: string): PublishDecision | Promise<PublishDecision> {
    const topic = parsePortalTopic(topicName, this.root)
    if (typeof topic === 'string') return refusals[topic]
    return grantPublish(topic, topic.word === 'to' ? 'downlink' : 'uplink', this.#rules)
  }

  /** Each message is seen once, under its own direction's word, spelled so that the filter matches (W 2.5 point 4). */
  subscribe(topicFilter: string): SubscribeDecision {
    const { root } = this
    if (!topicFilter.startsWith(`${root}/`)) return refusals.filter_outside_observed
    const levels = topicFilter.slice(root.length + 1).split('/')
    if (levels.some(isWildcardMisplaced)) return refusals.filter_malformed
    const filter = canonicalFilter(this.#rules.environment, levels)
    if (filter === undefined) return refusals.filter_outside_observed
    return { filter, form: '', present: (topic) => spell(root, topicFilter, topic) }
  }
}

/** Matches what is asked for, and more where the two directions have no filter in common; `spell` sorts that out. */
function canonicalFilter(environment: string, asked: readonly string[]): string | undefined {
  const [word, uidWord, uid, opaWord, vin, ...subtopic] = spellOut(asked)
  if ((uidWord !== 'uid' && uidWord !== '+') || (opaWord !== 'opa' && opaWord !== '+')) return undefined
  if ((uid !== '+' && parseUid(uid) === undefined) || (vin !== '+' && parseVin(vin) === undefined))
    return undefined
  const [, ...below] = widen([vin, ...subtopic].join('/'))
  switch (word) {
    case 'to':
      return ['fleet', environment, 'vehicle', vin, uid, ...below].join('/')
    case 'from':
      return ['fleet', environment, 'partner', uid, vin, ...below].join('/')
    case '+':
      return ['fleet', environment, '+', '+', '+', ...below].join('/')
    default:
      return undefined
  }
}

/** A `#` above the subtopic, with a `+` for each level it stands for before that. */
function spellOut(levels: readonly string[]): readonly string[] {
  if (levels.at(-1) !== '#' || levels.length > 5) return levels
  return [...levels.slice(0, -1), ...Array<string>(6 - levels.length).fill('+'), '#']
}

/** The topic name under which somebody sees a canonical topic; undefined where the filter does not match it. */
function spell(root: string, topicFilter: string, canonicalTopic: string): string | undefined {
  const downlink = parseDownlinkTopic(canonicalTopic)
  const topic = downlink ?? parseUplinkTopic(canonicalTopic)
  if (topic === undefined) return undefined
  const word = downlink === undefined ? 'from' : 'to'
  const levels = topicFilter.split('/')
  return spellingsOf(topic.vin, topic.subtopic)
    .map((below) => `${root}/${word}/uid/${topic.uid}/opa/${below}`)
    .find((topicName) => matchLevels(levels, topicName.split('/')))
}
