import type { Accounts } from '@pillion/accounts'
import type { AccessPolicy, Identity, PublishDecision } from '@pillion/broker'
import { type Fleet, identityKey, parseDownlinkTopic, parseUplinkTopic } from '@pillion/fleet'
import { isTopicName } from '@pillion/packet'
import type { InstallationStore } from '@pillion/push'
import { adviseTopic, type Explanation, parsePortalTopic, parseUid, parseVin } from '@pillion/schema'
import type { Limits } from '../limits.ts'
import { conclude, failed, passed, refused, type Step } from './explanation.ts'
import type { Reason } from './reasons.ts'

export interface PublishParts {
  /** The one that the broker asks. */
  readonly policy: Pick<AccessPolicy, 'publish'>
  /** Nobody is asked who it is (`access.mode`). */
  readonly isOpen: boolean
  readonly root: string
  readonly fleet: Fleet
  readonly accounts: Accounts
  readonly installations: Pick<InstallationStore, 'findByMqttTopic'>
  readonly limits: Pick<Limits, 'topicBytesMax' | 'topicLevelsMax'>
}

export type PublishRole = 'partner' | 'vehicle' | 'account' | 'installation'

export interface PublishQuestion {
  readonly role: PublishRole
  readonly name: string
  readonly topic: string
  /** The app that it is about. */
  readonly idApp?: string
  /** A partner asks: it is told no more of vehicles than when it publishes. */
  readonly isOwn?: boolean
}

/** "May it publish to this topic?", as the broker’s own policy answers at this moment. */
export async function explainPublish(parts: PublishParts, question: PublishQuestion): Promise<Explanation> {
  const { topic } = question
  const identity = parts.isOpen ? openIdentity(question.name) : await findIdentity(parts, question)
  if ('isPassed' in identity) return conclude([identity], '')
  const steps: Step[] = [
    passed(
      parts.isOpen
        ? 'This server asks nobody who it is (access.mode: open).'
        : `There is ${article[question.role]} ${question.name}.`,
    ),
  ]
  const malformed = checkName(topic, parts.limits)
  if (malformed !== undefined) return conclude([...steps, malformed], '')
  const decision = await parts.policy.publish(identity, topic)
  if ('refused' in decision) {
    steps.push(...passedBefore(decision.reason), await explainRefusal(parts, question, decision))
    return conclude(steps, '')
  }
  if (parsePortal(decision.topic) !== undefined) steps.push(...passedBefore(undefined))
  const { payloadBytesMax } = decision
  const bytes = Number.isFinite(payloadBytesMax)
    ? `, with up to ${payloadBytesMax.toLocaleString('en')} bytes a message`
    : ''
  return conclude(
    steps,
    `${capital(describe(question))} may publish there${bytes}. ${describeWay(decision.topic)}`,
  )
}

const article = {
  partner: 'a partner',
  vehicle: 'a vehicle',
  account: 'an account',
  installation: 'an installation',
} as const

function describe({ role, name }: PublishQuestion): string {
  return `${role} ${name}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function openIdentity(name: string): Identity {
  return { key: 'open', role: 'open', name, everybody: true }
}

async function findIdentity(parts: PublishParts, { role, name }: PublishQuestion): Promise<Identity | Step> {
  switch (role) {
    case 'partner': {
      const uid = parseUid(name)
      if (uid === undefined || (await parts.fleet.findPartner(uid)) === undefined)
        return failed('partner_unknown')
      return { key: identityKey('partner', uid), role, name: uid }
    }
    case 'vehicle': {
      const vin = parseVin(name)
      if (vin === undefined || (await parts.fleet.findVehicle(vin)) === undefined)
        return failed('vehicle_unknown')
      return { key: identityKey('vehicle', vin), role, name: vin }
    }
    case 'account':
      if (parts.accounts.find(name) === undefined)
        return failed('account_unknown', { text: 'There is no such account.' })
      return { key: `account:${name}`, role, name }
    case 'installation': {
      const found = await parts.installations.findByMqttTopic(name)
      if (found === undefined) return failed('endpoint_unknown')
      return { key: `push:${found.appID}:${found.subject}`, role, name: found.installationID }
    }
  }
}

/** What the broker looks at before it asks its policy. */
function checkName(
  topic: string,
  { topicBytesMax, topicLevelsMax }: PublishParts['limits'],
): Step | undefined {
  if (!isTopicName(topic))
    return failed('topic_name_invalid', {
      text: topic === '' ? 'The topic is empty.' : 'It holds + or #, which are for subscribing, or U+0000.',
    })
  const isTooLong = Buffer.byteLength(topic) > topicBytesMax || topic.split('/').length > topicLevelsMax
  return isTooLong ? failed('topic_too_long') : undefined
}

/** In the order in which `FleetAccess` asks. */
const stages: readonly (readonly [text: string, reasons: readonly Reason[]])[] = [
  [
    'It is spelled as portal topics are.',
    ['topic_outside_portal', 'uid_malformed', 'vin_malformed', 'subtopic_malformed'],
  ],
  ['It names its own UID or VIN.', ['uid_foreign', 'vin_foreign']],
  [
    'The vehicle is subscribed to an app of the partner.',
    ['vehicle_not_subscribed', 'partner_not_subscribed'],
  ],
]

/** What has held when this reason came up; undefined: everything. A reason that is none of these: nothing is known. */
function passedBefore(reason: string | undefined): Step[] {
  const at = stages.findIndex(([, reasons]) => reasons.some((each) => each === reason))
  return stages.slice(0, reason === undefined ? stages.length : Math.max(at, 0)).map(([text]) => passed(text))
}

async function explainRefusal(
  { root, fleet }: PublishParts,
  { role, name, topic, idApp, isOwn }: PublishQuestion,
  refusal: Extract<PublishDecision, { refused: unknown }>,
): Promise<Step> {
  const advice = adviseTopic(topic, { root, ...(role === 'partner' ? { uid: name } : {}) })
  if (
    advice !== undefined &&
    stages.slice(0, 2).some(([, reasons]) => reasons.includes(refusal.reason as Reason))
  )
    return refused(refusal, advice)
  const parsed = parsePortalTopic(topic, root)
  if (refusal.reason !== 'vehicle_not_subscribed' || isOwn || typeof parsed === 'string')
    return refused(refusal)
  if ((await fleet.findVehicle(parsed.vin)) === undefined) return failed('vehicle_unknown')
  const subscribe = (to: string) => `\`pillion app subscribe ${to} ${parsed.vin}\`.`
  if (idApp !== undefined) return refused(refusal, `Subscribe it: ${subscribe(idApp)}`)
  const [first, ...others] = (await fleet.listApps()).filter(({ uid }) => uid === parsed.uid)
  if (first === undefined) return failed('partner_without_apps')
  const named = [first, ...others].slice(0, 5).map((app) => app.idApp)
  return refused(refusal, `Subscribe it to one of ${named.join(', ')}: ${subscribe(first.idApp)}`)
}

function parsePortal(topic: string) {
  return parseDownlinkTopic(topic) ?? parseUplinkTopic(topic)
}

function describeWay(canonicalTopic: string): string {
  const downlink = parseDownlinkTopic(canonicalTopic)
  if (downlink !== undefined) return `It goes from partner ${downlink.uid} to vehicle ${downlink.vin}.`
  const uplink = parseUplinkTopic(canonicalTopic)
  if (uplink !== undefined) return `It goes from vehicle ${uplink.vin} to partner ${uplink.uid}.`
  return 'It goes to whoever is subscribed to it.'
}
