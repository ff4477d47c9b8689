import type { AccessPolicy, Identity } from '@pillion/broker'
import { type AppRecord, downlinkTopic, identityKey, type Mailbox } from '@pillion/fleet'
import { matchTopicFilter } from '@pillion/packet'
import {
  type ConnectionView,
  limits as contractLimits,
  type Explanation,
  formatPortalTopic,
  type IdApp,
  parseDownlink,
  parseUid,
  parseVin,
  type Uid,
  type Vin,
  vehicleMailboxTopic,
} from '@pillion/schema'
import type { Limits } from '../limits.ts'
import type { AllConnections } from '../nodes/all-connections.ts'
import type { InstalledApps } from '../packages/installed-apps.ts'
import { explainOffer } from './explain-offer.ts'
import { explainPublish, type PublishParts } from './explain-publish.ts'
import { conclude, failed, passed, type Step } from './explanation.ts'

export interface DeliveryParts extends PublishParts {
  readonly policy: Pick<AccessPolicy, 'publish' | 'subscribe'>
  readonly environment: string
  readonly installedApps: Pick<InstalledApps, 'find'>
  readonly connections: AllConnections
  readonly mailbox: Mailbox
  readonly limits: PublishParts['limits'] &
    Pick<Limits, 'mailboxMax' | 'mailboxSeconds' | 'mailboxPopupSeconds'>
}

export interface DeliveryQuestion {
  /** Who sends; the partner of the app unless given. */
  readonly uid?: string
  readonly idApp: string
  readonly vin: string
  readonly isPopup: boolean
  /** Of the payload. */
  readonly bytes?: number
  /** The message itself, as text. */
  readonly payload?: string
  /** A partner asks: of what is not its own it is told nothing. */
  readonly isOwn?: boolean
}

/** "Would this message reach that app now, and if not, why?" Everything that stands against it is told, not only the first. */
export async function explainDelivery(
  parts: DeliveryParts,
  question: DeliveryQuestion,
): Promise<Explanation> {
  const steps: Step[] = []
  const app = await checkApp(parts, question, steps)
  const vin = await checkVehicle(parts, question, app, steps)
  checkContent(question, steps)
  if (app === undefined || vin === undefined || steps.some(isAgainst)) return conclude(steps, '')
  const { uid } = app
  const { isPopup, isOwn = false } = question
  steps.push(...(await checkReceiver(parts, { app, vin, uid, isPopup, isOwn })))
  if (!app.drivingMode) {
    const { drivingThresholdKmh } = contractLimits
    steps.push(
      passed(`It arrives at any speed; above ${drivingThresholdKmh} km/h the app is covered (W 9.1).`),
    )
  }
  const offer = explainOffer(app)
  if (offer === undefined) return conclude(steps, `It would reach ${app.idApp} in vehicle ${vin} now.`)
  steps.push(offer)
  return conclude(
    steps,
    `It would reach the head unit of vehicle ${vin} now, and ${app.idApp} if it is offered in this vehicle.`,
  )
}

function isAgainst({ isPassed }: Step): boolean {
  return !isPassed
}

async function checkApp(
  { fleet, installedApps }: DeliveryParts,
  { uid, idApp, isOwn }: DeliveryQuestion,
  steps: Step[],
): Promise<AppRecord | undefined> {
  const found = await fleet.findApp(idApp)
  const sender = uid ?? found?.uid
  const known = parseUid(sender)
  const partner = known && (await fleet.findPartner(known))
  if (sender !== undefined)
    steps.push(partner === undefined ? failed('partner_unknown') : passed(`There is a partner ${sender}.`))
  const isTheirs = found !== undefined && found.uid === sender
  if (found === undefined || (isOwn && !isTheirs)) steps.push(failed('app_unknown'))
  else if (!isTheirs)
    steps.push(
      failed('app_of_other_partner', { text: `App ${found.idApp} belongs to partner ${found.uid}.` }),
    )
  else steps.push(passed(`App ${found.idApp} is the partner’s.`))
  if (!isTheirs) return undefined
  const installed = await installedApps.find(found.idApp)
  steps.push(
    installed === undefined
      ? failed('app_without_package', {
          fix: `Install one: \`pillion app update ${found.idApp} --package FILE\`.`,
        })
      : passed(`Its package is installed, version ${found.version}.`),
  )
  return found
}

async function checkVehicle(
  parts: DeliveryParts,
  { vin: text, isOwn }: DeliveryQuestion,
  app: AppRecord | undefined,
  steps: Step[],
): Promise<Vin | undefined> {
  const vin = parseVin(text)
  if (vin === undefined) {
    steps.push(failed('vin_malformed', { fix: `This one has ${text.length} characters.` }))
    return undefined
  }
  if (!isOwn && (await parts.fleet.findVehicle(vin)) === undefined) {
    steps.push(failed('vehicle_unknown', { fix: `Add it: \`pillion vehicle add ${vin}\`.` }))
    return undefined
  }
  if (app === undefined) return undefined
  const topic = formatPortalTopic({ word: 'to', uid: app.uid, vin, subtopic: '' }, parts.root)
  const { uid: name, idApp } = app
  const asked = { role: 'partner', name, topic, idApp, ...(isOwn ? { isOwn } : {}) } as const
  const publication = await explainPublish(parts, asked)
  if (!publication.isYes) {
    steps.push(...publication.steps.filter(isAgainst))
    return undefined
  }
  const hasApp = (await parts.fleet.listVehicleApps(vin)).some((each) => each.idApp === idApp)
  steps.push(
    hasApp
      ? passed(`Vehicle ${vin} is subscribed to it.`)
      : failed('app_not_subscribed', { fix: `Subscribe it: \`pillion app subscribe ${idApp} ${vin}\`.` }),
  )
  return vin
}

function checkContent({ idApp, isPopup, payload, bytes }: DeliveryQuestion, steps: Step[]): void {
  const size = payload === undefined ? bytes : Buffer.byteLength(payload)
  const { portalPayloadBytesMax } = contractLimits
  if (size !== undefined)
    steps.push(
      size > portalPayloadBytesMax
        ? failed('payload_too_large')
        : passed(
            `Its ${size.toLocaleString('en')} bytes are within ${portalPayloadBytesMax.toLocaleString('en')} (W 2.9).`,
          ),
    )
  if (payload === undefined) {
    if (isPopup) steps.push(passed('A popup needs popup: true and a popupText that is not empty (W 3.2).'))
    return
  }
  const message = parseDownlink(payload)
  if (typeof message === 'string') steps.push(failed(message))
  else if (message.idApp !== idApp)
    steps.push(
      failed('id_app_unknown', { text: `The message names another app, ${message.idApp.slice(0, 80)}.` }),
    )
  else steps.push(passed(`It is ${message.kind === 'popup' ? 'a popup' : 'an applicative message'} (W 3).`))
}

interface Receiver {
  readonly app: AppRecord
  readonly vin: Vin
  readonly uid: Uid
  readonly isPopup: boolean
  readonly isOwn: boolean
}

/** Is a head unit there and listening, on whichever node; and what becomes of the message if not? */
async function checkReceiver(parts: DeliveryParts, receiver: Receiver): Promise<Step[]> {
  const { connections, isOpen, root, environment } = parts
  const { vin, uid, isOwn } = receiver
  const role = isOpen ? {} : { role: 'vehicle' }
  const { connections: found, silentNodes } = await connections.list({ ...role, name: vin }, { count: 10 })
  const topic = isOpen
    ? formatPortalTopic({ word: 'to', uid, vin, subtopic: '' }, root)
    : downlinkTopic({ environment, vin, uid, subtopic: '' })
  for (const connection of found) {
    if (!(await listens(parts, connection, vin, topic))) continue
    const where = isOwn ? '' : ` to node ${connection.node} since ${connection.connectedAt}`
    return [passed(`Its head unit is connected${where}.`)]
  }
  const absence = found.length > 0 ? failed('vehicle_not_listening') : explainAbsence(silentNodes, isOwn)
  return [absence, await checkMailbox(parts, receiver, topic)]
}

/** Of a vehicle that is connected to none of the nodes that have answered. A partner is not told how the nodes are called. */
export function explainAbsence(silentNodes: readonly string[], isOwn: boolean): Step {
  if (silentNodes.length === 0) return failed('vehicle_away')
  const text = `No answer from ${silentNodes.join(', ')}: whether the head unit is connected there is not known.`
  return failed('node_silent', isOwn ? {} : { text })
}

/** Asks the policy what each of its filters stands for, as the broker did when it subscribed. */
async function listens(
  { policy, isOpen }: DeliveryParts,
  { subscriptions }: ConnectionView,
  vin: Vin,
  topic: string,
): Promise<boolean> {
  const identity: Identity = isOpen
    ? { key: 'open', role: 'open', name: vin }
    : { key: identityKey('vehicle', vin), role: 'vehicle', name: vin }
  // Asking for that one hands the mailbox over.
  for (const filter of subscriptions.filter((each) => each !== vehicleMailboxTopic(vin))) {
    const grant = await policy.subscribe(identity, filter)
    if ('refused' in grant || !matchTopicFilter(grant.filter, topic)) continue
    if (grant.present === undefined || grant.present(topic) !== undefined) return true
  }
  return false
}

async function checkMailbox(
  { mailbox, isOpen, limits }: DeliveryParts,
  { app, vin, uid, isPopup }: Receiver,
  topic: string,
): Promise<Step> {
  if (isOpen || mailbox.receiverOf(topic) === undefined) return failed('mailbox_off')
  const { bytes, bytesMax } = await mailbox.room(uid)
  if (bytes >= bytesMax) return failed('mailbox_full')
  const { mailboxes } = await mailbox.list({ search: '', after: { vin, idApp: '' as IdApp }, count: 200 })
  const waiting = mailboxes.find((each) => each.vin === vin && each.idApp === app.idApp)?.messages ?? 0
  const seconds = isPopup ? limits.mailboxPopupSeconds : limits.mailboxSeconds
  const pushesOut = waiting >= limits.mailboxMax ? ', and push out the oldest of them' : ''
  return passed(
    `It would wait in the mailbox for up to ${describeSeconds(seconds)}, beside ${waiting} of at most ${limits.mailboxMax} messages for this app${pushesOut} (W 9.3).`,
  )
}

function describeSeconds(seconds: number): string {
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${seconds} s`
}
