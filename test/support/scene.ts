import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IssuedVehicle } from '@pillion/schema'
import { Pillion } from './pillion.ts'

export type Partner = Awaited<ReturnType<Pillion['addPartner']>>

/** A running server with everybody the tests need, made with the commands an operator uses. */
export interface Scene {
  readonly pillion: Pillion
  /** Owns the app `parking`. */
  readonly acme: Partner
  /** Owns the app `weather`. */
  readonly rival: Partner
  /** Subscribed to `parking` and `weather`. */
  readonly car: IssuedVehicle
  /** Subscribed to `weather` only. */
  readonly van: IssuedVehicle
  /** Known, but subscribed to nothing. */
  readonly trailer: IssuedVehicle
}

export const vins = {
  car: 'VF3CAR00000000001',
  van: 'VF3VAN00000000001',
  trailer: '0123456789ABCDEFG',
  /** Well-formed, but of no vehicle. */
  unknown: 'VF3GHOST000000001',
} as const

export const root = 'psa/OVIPPartners-Dev'

/** `env` as `Pillion.start`. */
export async function openScene(env: Record<string, string> = {}): Promise<Scene> {
  const pillion = await Pillion.start('serve', env)
  try {
    const [acme, rival, [car, van, trailer]] = await Promise.all([
      addPartnerWithApp(pillion, 'acme', 'parking'),
      addPartnerWithApp(pillion, 'rival', 'weather'),
      pillion.addVehicles(vins.car, vins.van, vins.trailer) as Promise<
        [IssuedVehicle, IssuedVehicle, IssuedVehicle]
      >,
    ])
    await Promise.all([
      pillion.json('app', 'subscribe', 'parking', vins.car),
      pillion.json('app', 'subscribe', 'weather', vins.car, vins.van),
    ])
    return { pillion, acme, rival, car, van, trailer }
  } catch (error) {
    await pillion.stop()
    throw error
  }
}

async function addPartnerWithApp(pillion: Pillion, uid: string, idApp: string): Promise<Partner> {
  const partner = await pillion.addPartner(uid)
  const folder = join(partner.folder, idApp)
  await mkdir(folder)
  await writeFile(join(folder, 'info.json'), JSON.stringify({ artifactId: idApp, version: '1.0.0' }))
  await writeFile(join(folder, 'index.html'), `<!doctype html><title>${idApp}</title>`)
  await pillion.json('app', 'add', idApp, '--partner', uid, '--package', folder)
  return partner
}
