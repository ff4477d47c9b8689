import {
  type Audience,
  type Caller,
  type InstallationRecord,
  type Push,
  type PushAccess,
  PushError,
  type PushStore,
  readAudience,
} from '@pillion/push'
import type { Explanation } from '@pillion/schema'
import { findAddressee } from '../http/push-address.ts'
import type { AllConnections } from '../nodes/all-connections.ts'
import { conclude, failed, passed, type Step } from './explanation.ts'

export interface PushQuestionParts {
  readonly push: Push
  readonly pushStore: Pick<PushStore, 'installations' | 'subscriptions'>
  readonly pushAccess: Pick<PushAccess, 'findFault'>
  readonly connections: AllConnections
}

/** Installations that are looked at; there may be very many behind a topic. */
const INSTALLATIONS_MAX = 200

interface Found {
  readonly mqttTopic: string
  readonly name: string
  readonly record: Awaited<ReturnType<PushStore['installations']['findByMqttTopic']>>
}

/** "Would a push reach them?": `to` as in `NewPushMessage`. A yes as soon as anybody would get it. */
export async function explainPush(
  parts: PushQuestionParts,
  question: { appID: string; to: string; now?: number },
): Promise<Explanation> {
  const { push } = parts
  const app = await push.apps.find(question.appID)
  if (app === undefined) return conclude([failed('push_app_unknown')], '')
  const steps = [passed(`There is a push app ${app.appID}.`)]
  if (app.isDisabled) return conclude([...steps, failed('push_app_disabled')], '')
  const audience = await findAudience(push, { app, principal: { kind: 'admin' } }, question.to)
  if ('isPassed' in audience) return conclude([...steps, audience], '')
  steps.push(passed(`There is ${question.to}.`))
  const installations = await listInstallations(parts, app.appID, audience)
  if (installations.length === 0) {
    const isEmpty = audience.kind === 'subscribers' && (await lastPosition(parts, audience)) === 0
    return conclude([...steps, failed(isEmpty ? 'nobody_subscribed' : 'not_installed')], '')
  }
  const reach = await checkReach(parts, installations, question.now ?? Date.now())
  const reached = reach.filter(({ isPassed }) => isPassed).length
  return {
    isYes: reached > 0,
    answer:
      reached > 0
        ? `It would reach ${reached} of ${installations.length} installations now.`
        : installations.length === 1
          ? (reach[0]?.text ?? '')
          : `It would reach none of ${installations.length} installations now; pushes are not kept.`,
    steps: [...steps, ...reach],
  }
}

type Everybody = Audience & { readonly development: true; readonly production: true }

async function findAudience(push: Push, caller: Caller, to: string): Promise<Everybody | Step> {
  const everybody = { development: true, production: true } as const
  try {
    const addressee = await findAddressee(push, caller, to)
    if ('subject' in addressee) return { kind: 'subject', subject: addressee.subject, ...everybody }
    const topic = await push.topics.find(caller, addressee.scope, addressee.topicID)
    return { kind: 'subscribers', targetKey: topic.key, ...everybody }
  } catch (error) {
    if (error instanceof PushError) return failed('push_receiver_unknown', { text: error.message })
    throw error
  }
}

function lastPosition(
  { pushStore }: PushQuestionParts,
  { targetKey }: { targetKey: number },
): Promise<number> {
  return pushStore.subscriptions.lastPosition(targetKey)
}

/** Those that the sender would find. */
async function listInstallations(
  parts: PushQuestionParts,
  appID: string,
  audience: Everybody,
): Promise<Found[]> {
  const { pushStore } = parts
  const upTo = audience.kind === 'subscribers' ? await lastPosition(parts, audience) : 0
  const found: Found[] = []
  for (let after: number | undefined = 0; after !== undefined && found.length < INSTALLATIONS_MAX; ) {
    const page: Awaited<ReturnType<typeof readAudience>> = await readAudience(pushStore, appID, audience, {
      after,
      upTo,
    })
    for (const { mqttTopic, subject, installationID } of page.receivers.slice(
      0,
      INSTALLATIONS_MAX - found.length,
    ))
      found.push({
        mqttTopic,
        name: `Installation ${installationID} of ${subject.replace(/^thing:th\./, 'thing:')}`,
        record: await pushStore.installations.findByMqttTopic(mqttTopic),
      })
    after = page.next
  }
  return found
}

/** Each as `PushAccess` would let it in, and whether it is connected to any node. */
async function checkReach(
  { pushAccess, connections }: PushQuestionParts,
  installations: readonly Found[],
  now: number,
): Promise<Step[]> {
  const keys = installations.flatMap(({ record }) => (record === undefined ? [] : [keyOf(record)]))
  const { counts, silentNodes } = await connections.countAll(keys)
  return installations.map(({ name, record }) => {
    const fault = pushAccess.findFault(record)
    if (fault !== undefined || record?.endpoint === undefined)
      return failed(fault ?? 'endpoint_unknown', {
        text: `${name}: ${faultTexts[fault ?? 'endpoint_unknown']}`,
      })
    if (record.endpoint.readyAt > now)
      return failed('endpoint_not_ready', { text: `${name}: its endpoint is still being prepared.` })
    if (counts.has(keyOf(record))) return passed(`${name} is connected.`)
    return silentNodes.length === 0
      ? failed('not_connected', { text: `${name} is not connected.` })
      : failed('node_silent', {
          text: `${name} is not connected, unless to ${silentNodes.join(' or ')}, which did not answer.`,
        })
  })
}

const faultTexts = {
  endpoint_unknown: 'it has no endpoint any more.',
  receiver_disabled: 'it belongs to somebody who is disabled.',
  endpoint_expired: 'its credentials have expired.',
} as const

function keyOf({ appID, subject }: Pick<InstallationRecord, 'appID' | 'subject'>): string {
  return `push:${appID}:${subject}`
}
