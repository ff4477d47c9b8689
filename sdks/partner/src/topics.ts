import { PartnerError } from './partner-error.ts'

export const PORTAL_ROOT = 'psa/OVIPPartners-Dev'

/** `<root>/<to|from>/uid/<uid>/opa/<vin>[/<subtopic>]` (W 2.3). */
export interface PortalTopic {
  readonly vin: string
  /** Without leading and trailing slashes; '' if there is none. */
  readonly subtopic: string
}

/** Where a back end sends to a vehicle (W 2.4: the words of the current reference, "to" = to the vehicle). */
export function downlinkTopic(root: string, uid: string, vin: string): string {
  checkVin(vin)
  return `${root}/to/uid/${uid}/opa/${vin}/`
}

/** What a back end subscribes with to hear all its vehicles. */
export function uplinkFilter(root: string, uid: string): string {
  return `${root}/from/uid/${uid}/opa/#`
}

/** Undefined if it is not a portal topic of this root. */
export function parsePortalTopic(root: string, topic: string): PortalTopic | undefined {
  if (!topic.startsWith(`${root}/`)) return undefined
  const [word, uidWord, uid, opaWord, vin, ...rest] = topic.slice(root.length + 1).split('/')
  if ((word !== 'to' && word !== 'from') || uidWord !== 'uid' || opaWord !== 'opa') return undefined
  if (uid === undefined || vin === undefined) return undefined
  return { vin, subtopic: rest.join('/').replace(/^\/+|\/+$/g, '') }
}

export function checkVin(vin: string): void {
  if (typeof vin === 'string' && /^[A-Za-z0-9]{17}$/.test(vin)) return
  throw new PartnerError('VIN_MALFORMED', `${JSON.stringify(vin)} is not a VIN: exactly 17 letters or digits`)
}

export function checkIdApp(idApp: string): void {
  if (typeof idApp === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(idApp)) return
  throw new PartnerError('ID_APP_MALFORMED', `${JSON.stringify(idApp)} is not an app id`)
}

/** A topic to publish to: a wildcard would make the server end the connection (W 2.7), a wrong VIN is never delivered. */
export function checkTopicName(root: string, topic: string): void {
  if (
    typeof topic !== 'string' ||
    topic === '' ||
    /[+#\0]/.test(topic) ||
    Buffer.byteLength(topic) > 65_535
  ) {
    throw new PartnerError('TOPIC_MALFORMED', `${JSON.stringify(topic)} cannot be published to`)
  }
  const portalTopic = parsePortalTopic(root, topic)
  if (portalTopic !== undefined) checkVin(portalTopic.vin)
}

/** A filter to subscribe with, as MQTT wants it: the documents print `…/opa/#/`, which means `…/opa/#` (W 2.6). */
export function readTopicFilter(filter: string): string {
  const text = typeof filter === 'string' ? filter.replace(/#\/+$/, '#') : ''
  const wellFormed = text.split('/').every((level, at, levels) => {
    if (level === '#') return at === levels.length - 1
    return level === '+' || !/[+#\0]/.test(level)
  })
  if (text !== '' && wellFormed) return text
  throw new PartnerError('TOPIC_MALFORMED', `${JSON.stringify(filter)} cannot be subscribed with`)
}
