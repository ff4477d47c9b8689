import { formatPortalTopic, PORTAL_ROOT, parseUid, parseVin, type Uid, type Vin } from '@pillion/schema'

/**
 * Who takes part. Every server knows the same identities, so that CONNECT, topic names and filters are the
 * same bytes everywhere. No name holds a dot: nats-server takes none in topic names.
 */
export const population = {
  partners: 200,
  /** As many as `scaling` goes up to; other workloads take the first of them. */
  vehicles: 20_000,
  /** To their apps every vehicle is subscribed; to the others' only their pair. */
  fleetPartners: 4,
} as const

export function partnerUid(index: number): Uid {
  const uid = parseUid(`BENCH-${String(index).padStart(4, '0')}`)
  if (uid === undefined) throw new RangeError(`no UID for partner ${index}`)
  return uid
}

export function vehicleVin(index: number): Vin {
  const vin = parseVin(`BENCH${String(index).padStart(12, '0')}`)
  if (vin === undefined) throw new RangeError(`no VIN for vehicle ${index}`)
  return vin
}

/** The app of a partner; each has one. */
export function partnerApp(index: number): string {
  return `bench-${index}`
}

/** Vehicles subscribed to the app of a partner: its pair, and for the first four partners the whole fleet. */
export function subscribedVehicles(partner: number): Vin[] {
  if (partner >= population.fleetPartners) return [vehicleVin(partner)]
  return Array.from({ length: population.vehicles }, (_, index) => vehicleVin(index))
}

/** What a partner publishes on to reach a vehicle. */
export function downlinkTopicName(partner: number, vehicle: number): string {
  return formatPortalTopic({ word: 'to', uid: partnerUid(partner), vin: vehicleVin(vehicle), subtopic: '' })
}

/** What a vehicle publishes on to reach a partner. */
export function uplinkTopicName(partner: number, vehicle: number): string {
  return formatPortalTopic({ word: 'from', uid: partnerUid(partner), vin: vehicleVin(vehicle), subtopic: '' })
}

export function vehicleFilter(vehicle: number): string {
  return `${PORTAL_ROOT}/to/uid/+/opa/${vehicleVin(vehicle)}/#`
}

export function partnerFilter(partner: number): string {
  return `${PORTAL_ROOT}/from/uid/${partnerUid(partner)}/opa/#`
}

/** A partner's filter for one vehicle: exactly the topic name that the vehicle publishes on, or all below as well. */
export function pairFilter(partner: number, vehicle: number, levels: 'exact' | 'all'): string {
  return `${uplinkTopicName(partner, vehicle)}${levels === 'all' ? '#' : ''}`
}

/** Passwords by index. The servers that take any password get made-up ones of the same length. */
export interface Passwords {
  readonly partners: readonly string[]
  readonly vehicles: readonly string[]
}

export interface SignIn {
  readonly username: string
  readonly password: string
}

export function partnerSignIn(passwords: Passwords, index: number): SignIn {
  return { username: partnerUid(index), password: passwords.partners[index] ?? '' }
}

export function vehicleSignIn(passwords: Passwords, index: number): SignIn {
  return { username: vehicleVin(index), password: passwords.vehicles[index] ?? '' }
}
