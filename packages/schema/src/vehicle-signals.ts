/** Does the driver share the vehicle's data and position (W 9.2)? */
export type PrivacyMode = 'Public' | 'Geoloc' | 'Private'

/** Text fields are '' where unused (W 10.5). */
export interface Address {
  readonly address: string
  readonly town: string
  readonly city: string
  readonly province: string
  readonly country: string
}

/** WGS84, degrees. */
export interface Coordinates {
  readonly latitude: number
  readonly longitude: number
}

/** Hours and minutes of the day, vehicle time. */
export interface TimeOfDay {
  readonly hours: number
  readonly minutes: number
}

export interface MediaSignals {
  readonly album: string
  readonly artist: string
  readonly folder: string
  /** At most 32 characters. */
  readonly track: string
  /** -1: nothing plays. */
  readonly trackNumber: number
  readonly trackCount: number
  /** 1 stop, 2 play, 3 pause, 4 seek up, 5 seek down. */
  readonly state: 1 | 2 | 3 | 4 | 5
  /** 0 to 29, the table of W 10.4. */
  readonly source: number
}

export type RadioBand = 'FM HD' | 'MW' | 'LW' | 'FM' | 'DaB' | 'DMB' | 'SDaRS' | 'DaB+'

export interface RadioSignals {
  readonly frequencyKhz: number
  /** 0: none. */
  readonly preset: number
  readonly band: RadioBand
  readonly programme: string
  /** 0: no programme type. */
  readonly programmeType: number
  readonly hasRds: boolean
  readonly hasTrafficAnnouncements: boolean
  readonly text: string
}

/**
 * Everything a simulated vehicle says of itself: what the vehicle API answers from (W 10), and what a developer, a scenario or
 * the operator may set. Plain JSON.
 */
export interface VehicleSignals {
  readonly privacyMode: PrivacyMode
  /** The mobile network; false = tunnel. */
  readonly network: boolean
  readonly speedKmh: number
  /** BCP 47, such as `en-GB`. */
  readonly language: string
  /** The country's name, such as `France`. */
  readonly country: string
  /** 0 Peugeot, 1 Citroën, 2 DS, 3 Toyota, 4 Opel, 5 Vauxhall. */
  readonly brand: 0 | 1 | 2 | 3 | 4 | 5
  /** Id of W 11.6, which depends on the brand. */
  readonly theme: number
  readonly distanceUnit: 'km' | 'miles'
  readonly speedUnit: 'km/h' | 'mph'
  readonly fuelUnit: 'l' | 'gal'
  readonly softwareRelease: string
  /** Unit id, 20 characters. */
  readonly uin: string
  readonly mileageKm: number
  readonly autonomyKm: number
  readonly fuelAutonomyKm: number
  readonly batteryAutonomyKm: number
  readonly fuelLevelPercent: number
  readonly batteryLevelPercent: number
  /** 0 to 8, 15 (W 10.1). */
  readonly fuelType: number
  readonly dayNight: 'day' | 'night'
  /** Of vehicle time, east of UTC. */
  readonly utcOffsetMinutes: number
  /** Vehicle time, milliseconds since 1970; null: the clock of the machine. */
  readonly timeMs: number | null
  /** null: no fix. */
  readonly position: (Address & Coordinates & { readonly altitude: number }) | null
  /** null: no guidance, as in the next three. */
  readonly destination: (Address & Coordinates) | null
  readonly maneuver: (Omit<Address, 'address'> & Coordinates & { readonly nextStreetName: string }) | null
  readonly journey: { readonly arrival: TimeOfDay } | null
  readonly nextWaypoint: { readonly arrival: TimeOfDay } | null
  readonly media: MediaSignals
  readonly radio: RadioSignals
  /** Members of other waves are undefined then (W 10); 'all' has everything. */
  readonly wave: 'all' | 2 | 3 | 4
}

const nothingPlays: MediaSignals = {
  album: '',
  artist: '',
  folder: '',
  track: '',
  trackNumber: -1,
  trackCount: 0,
  state: 1,
  source: 0,
}

/** A parked car in Paris with half a tank, in French time. */
export const defaultVehicleSignals: VehicleSignals = {
  privacyMode: 'Public',
  network: true,
  speedKmh: 0,
  language: 'en-GB',
  country: 'France',
  brand: 0,
  theme: 0,
  distanceUnit: 'km',
  speedUnit: 'km/h',
  fuelUnit: 'l',
  softwareRelease: '41.09.46.60_NAC-r0',
  uin: '0D01PILLION000000001',
  mileageKm: 12_345,
  autonomyKm: 420,
  fuelAutonomyKm: 420,
  batteryAutonomyKm: 0,
  fuelLevelPercent: 52,
  batteryLevelPercent: 0,
  fuelType: 0,
  dayNight: 'day',
  utcOffsetMinutes: 60,
  timeMs: null,
  position: {
    latitude: 48.8566,
    longitude: 2.3522,
    altitude: 35,
    address: 'Place de l’Hôtel de Ville',
    town: 'Paris',
    city: 'Paris',
    province: 'Île-de-France',
    country: 'France',
  },
  destination: null,
  maneuver: null,
  journey: null,
  nextWaypoint: null,
  media: nothingPlays,
  radio: {
    frequencyKhz: 105_500,
    preset: 1,
    band: 'FM',
    programme: 'INFO',
    programmeType: 1,
    hasRds: true,
    hasTrafficAnnouncements: false,
    text: '',
  },
  wave: 'all',
}
