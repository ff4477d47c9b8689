import type { Broker } from '@pillion/broker'
import { downlinkTopic, type Fleet, FleetError } from '@pillion/fleet'
import type { Ledger } from '@pillion/ledger'
import {
  type AcceptedMessage,
  formatPortalTopic,
  isTooDeep,
  limits,
  type NewMessage,
  parseVin,
  type Uid,
  type Vin,
} from '@pillion/schema'
import type { Limits } from '../limits.ts'
import { ApiError } from './problems.ts'

export interface SendMessageParts {
  readonly fleet: Fleet
  readonly broker: Broker
  readonly ledger: Pick<Ledger, 'recorderOfOne'>
  readonly root: string
  readonly environment: string
  readonly isOpen: boolean
  readonly limits: Pick<Limits, 'mailboxMax' | 'mailboxSeconds' | 'mailboxPopupSeconds'>
}

/** Sends an applicative or popup message (W 3.1, 3.2) in the name of the app's partner. */
export async function sendMessage(parts: SendMessageParts, message: NewMessage): Promise<AcceptedMessage> {
  const { fleet, broker } = parts
  const app = await fleet.findApp(message.idApp)
  if (app === undefined) throw new FleetError('APP_NOT_FOUND', `App ${message.idApp}; add it first.`)
  const vin = await requireSubscriber(fleet, message)
  const fields = formatPayload(message)
  if (isTooDeep(fields)) {
    const detail = `Its content has more than ${limits.payloadDepthMax - 1} arrays and objects within each other; no vehicle takes that.`
    throw new ApiError('MESSAGE_TOO_DEEP', detail)
  }
  const payload = Buffer.from(JSON.stringify(fields))
  if (payload.length > limits.portalPayloadBytesMax) {
    const detail = `It has ${payload.length} bytes; ${limits.portalPayloadBytesMax} is the most a vehicle gets (W 2.9).`
    throw new ApiError('MESSAGE_TOO_LARGE', detail)
  }
  const topic = findTopic(parts, vin, app.uid)
  const record = { kind: 'downlink', from: 'operator', topic, uid: app.uid, vin } as const
  const recorder = parts.ledger.recorderOfOne(record)
  const routedTo = broker.publish(topic, payload, recorder)
  return {
    ...(recorder === undefined ? {} : { id: recorder.id }),
    routedTo,
    ...(routedTo > 0 ? {} : { keptSeconds: keptSeconds(parts, message) }),
  }
}

function findTopic({ isOpen, root, environment }: SendMessageParts, vin: Vin, uid: Uid): string {
  if (isOpen) return formatPortalTopic({ word: 'to', uid, vin, subtopic: '' }, root)
  return downlinkTopic({ environment, vin, uid, subtopic: '' })
}

function keptSeconds({ isOpen, limits: bounds }: SendMessageParts, { popup }: NewMessage): number {
  if (isOpen || bounds.mailboxMax === 0) return 0
  return popup === undefined ? bounds.mailboxSeconds : bounds.mailboxPopupSeconds
}

async function requireSubscriber(fleet: Fleet, { idApp, vin: text }: NewMessage): Promise<Vin> {
  const vin = parseVin(text)
  if (vin === undefined) throw new FleetError('VIN_MALFORMED', `Got ${JSON.stringify(text.slice(0, 80))}.`)
  if ((await fleet.listVehicleApps(vin)).some((app) => app.idApp === idApp)) return vin
  if ((await fleet.findVehicles([vin])).length === 0)
    throw new FleetError('VEHICLE_NOT_FOUND', `VIN ${vin}; add it first.`)
  throw new ApiError('VEHICLE_NOT_SUBSCRIBED', `Subscribe it first: pillion app subscribe ${idApp} ${vin}.`)
}

/** The fields of W 3.1 and 3.2; a missing `content` stays away. */
function formatPayload({ idApp, content, popup, button }: NewMessage): object {
  const rest = content === undefined ? {} : { content }
  if (popup === undefined) return { idApp, popup: false, ...rest }
  return { idApp, popup: true, popupText: popup, popupBtn: button ?? true, ...rest }
}
