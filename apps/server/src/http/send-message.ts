import type { Broker } from '@pillion/broker'
import { downlinkTopic, type Fleet, FleetError } from '@pillion/fleet'
import { type AcceptedMessage, isTooDeep, limits, type NewMessage, parseVin, type Vin } from '@pillion/schema'
import { ApiError } from './problems.ts'

/** Sends an applicative or popup message (W 3.1, 3.2) in the name of the app's partner. */
export async function sendMessage(
  parts: { fleet: Fleet; broker: Broker; environment: string },
  message: NewMessage,
): Promise<AcceptedMessage> {
  const { fleet, broker, environment } = parts
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
  return {
    routedTo: broker.publish(downlinkTopic({ environment, vin, uid: app.uid, subtopic: '' }), payload),
  }
}

async function requireSubscriber(fleet: Fleet, { idApp, vin: text }: NewMessage): Promise<Vin> {
  const vin = parseVin(text)
  if (vin === undefined) throw new FleetError('VIN_MALFORMED', `Got ${JSON.stringify(text.slice(0, 80))}.`)
  if ((await fleet.listSubscribers(idApp)).includes(vin)) return vin
  const isKnown = (await fleet.listVehicles()).some((vehicle) => vehicle.vin === vin)
  if (!isKnown) throw new FleetError('VEHICLE_NOT_FOUND', `VIN ${vin}; add it first.`)
  throw new ApiError('VEHICLE_NOT_SUBSCRIBED', `Subscribe it first: pillion app subscribe ${idApp} ${vin}.`)
}

/** The fields of W 3.1 and 3.2; a missing `content` stays away. */
function formatPayload({ idApp, content, popup, button }: NewMessage): object {
  const rest = content === undefined ? {} : { content }
  if (popup === undefined) return { idApp, popup: false, ...rest }
  return { idApp, popup: true, popupText: popup, popupBtn: button ?? true, ...rest }
}
