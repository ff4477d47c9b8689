import assert from 'node:assert/strict'
import {
  formatPortalTopic,
  type IssuedPartner,
  type IssuedVehicle,
  parseUid,
  parseVin,
} from '@pillion/schema'
import type { Pair } from './load/bystander.ts'
import type { SignIn } from './load/sign-in.ts'
import type { Pillion } from './pillion.ts'
import { root } from './scene.ts'

/** A partner, its app, and vehicles that are subscribed to it; vehicles go by their index. */
export interface Fleet {
  readonly partner: SignIn
  readonly vehicles: readonly SignIn[]
  /** For all that its vehicles publish. */
  readonly uplinkFilter: string
  uplinkName(vehicle: number): string
  downlinkName(vehicle: number): string
  downlinkFilter(vehicle: number): string
}

export async function addFleet(pillion: Pillion, uid: string, size: number): Promise<Fleet> {
  const idApp = `app-${uid.toLowerCase()}`
  const vins = Array.from({ length: size }, (_, index) => uid + String(index).padStart(17 - uid.length, '0'))
  const { password } = await pillion.admin<IssuedPartner>('/partners', { uid })
  const issued = await pillion.admin<IssuedVehicle[]>('/vehicles', { vins })
  await pillion.admin('/apps', { idApp, uid })
  await pillion.admin(`/apps/${idApp}/subscriptions`, { vins })
  const port = pillion.ports.mqtt
  const name = (word: 'to' | 'from', index: number) => {
    const parsed = { uid: parseUid(uid), vin: parseVin(vins[index]) }
    assert.ok(parsed.uid !== undefined && parsed.vin !== undefined)
    return formatPortalTopic({ word, uid: parsed.uid, vin: parsed.vin, subtopic: '' })
  }
  return {
    partner: { port, username: uid, password },
    vehicles: issued.map(({ vin, password }) => ({ port, username: vin, password })),
    uplinkFilter: `${root}/from/uid/${uid}/opa/#`,
    uplinkName: (index) => name('from', index),
    downlinkName: (index) => name('to', index),
    downlinkFilter: (index) => `${root}/to/uid/+/opa/${vins[index]}/#`,
  }
}

export async function addBystander(pillion: Pillion): Promise<Pair> {
  const fleet = await addFleet(pillion, 'BYSTANDER', 1)
  return {
    partner: { ...fleet.partner, topicFilters: [fleet.uplinkFilter] },
    vehicle: { ...(fleet.vehicles[0] as SignIn), topicFilters: [fleet.downlinkFilter(0)] },
    downlinkName: fleet.downlinkName(0),
    uplinkName: fleet.uplinkName(0),
  }
}

/** Of a server with open access. */
export function openBystander({ ports }: Pillion): Pair {
  const [downlinkName, uplinkName] = ['bystander/down', 'bystander/up']
  return {
    partner: { port: ports.mqtt, clientId: 'bystander-partner', topicFilters: [uplinkName] },
    vehicle: { port: ports.mqtt, clientId: 'bystander-vehicle', topicFilters: [downlinkName] },
    downlinkName,
    uplinkName,
  }
}
