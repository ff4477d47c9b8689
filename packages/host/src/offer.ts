import { type AppDevice, type AppOffer, brandCodes, countryName, type VehicleSignals } from '@pillion/schema'

/** What of W 11.2 keeps an app from a vehicle. */
export type OfferGap = 'country' | 'brand' | 'device'

/** undefined: the app is offered in this vehicle. */
export function findOfferGap(app: AppOffer, vehicle: VehicleSignals): OfferGap | undefined {
  const { countries = [], brands = [], devices = [] } = app
  if (countries.length > 0 && !countries.some((code) => isCountry(code, vehicle.country))) return 'country'
  const brand = brandCodes[vehicle.brand]
  if (brands.length > 0 && (!brand || !brands.includes(brand))) return 'brand'
  if (devices.length > 0 && !devices.some((device) => isDevice(device, vehicle.wave))) return 'device'
  return undefined
}

/** Its name in this language: that of `pt-BR`, else that of `pt`, else the master name. */
export function nameIn(language: string, { name, names = {} }: AppOffer & { readonly name: string }): string {
  const byTag = new Map(Object.entries(names).map(([tag, each]) => [tag.toLowerCase(), each]))
  for (let tag = language.toLowerCase(); tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
    const fitting = byTag.get(tag)
    if (fitting !== undefined) return fitting
  }
  return name
}

/** A vehicle says the name of its country; somebody who sets it may write the code. */
function isCountry(code: string, country: string): boolean {
  const said = country.trim().toLowerCase()
  return said === code.toLowerCase() || said === countryName(code)?.toLowerCase()
}

const waves: Record<AppDevice, VehicleSignals['wave']> = { 'w2.1': 2, 'w3.1': 3, w4: 4 }

/** A vehicle of all waves is every device. */
function isDevice(device: AppDevice, wave: VehicleSignals['wave']): boolean {
  return wave === 'all' || waves[device] === wave
}
