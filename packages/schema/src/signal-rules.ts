import type { VehicleSignals } from './vehicle-signals.ts'

/** The path of every single signal, such as `speedKmh` or `media.track`. */
export type SignalPath = LeafPath<VehicleSignals>

type LeafPath<Group> = {
  [Name in keyof Group & string]: NonNullable<Group[Name]> extends object
    ? `${Name}.${LeafPath<NonNullable<Group[Name]>>}`
    : Name
}[keyof Group & string]

/** What one signal may be; `wholes` are numbers without a fraction. A `time` is milliseconds since 1970, ISO 8601 text or null. */
export type SignalRule =
  | { readonly kind: 'boolean' | 'time' }
  | { readonly kind: 'number' | 'whole'; readonly ranges: readonly (readonly [min: number, max: number])[] }
  | { readonly kind: 'choice'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'text'; readonly charactersMax: number }

const boolean = { kind: 'boolean' } as const
const time = { kind: 'time' } as const
const number = (min: number, max: number) => ({ kind: 'number', ranges: [[min, max]] }) as const
const whole = (...ranges: (readonly [number, number])[]) => ({ kind: 'whole', ranges }) as const
const choice = (...values: (string | number)[]) => ({ kind: 'choice', values }) as const
const text = (charactersMax: number) => ({ kind: 'text', charactersMax }) as const

const place = text(254)

/** Every signal and what it may be: the ranges of W 10, and bounds of ours where W has none. */
export const signalRules: Readonly<Record<SignalPath, SignalRule>> = {
  privacyMode: choice('Public', 'Geoloc', 'Private'),
  network: boolean,
  speedKmh: number(0, 999),
  language: text(35),
  country: text(64),
  brand: choice(0, 1, 2, 3, 4, 5),
  theme: whole([0, 9]),
  distanceUnit: choice('km', 'miles'),
  speedUnit: choice('km/h', 'mph'),
  fuelUnit: choice('l', 'gal'),
  softwareRelease: text(64),
  uin: text(64),
  mileageKm: number(0, 999_999_999),
  autonomyKm: number(0, 999),
  fuelAutonomyKm: number(0, 9_999),
  batteryAutonomyKm: number(0, 9_999),
  fuelLevelPercent: number(0, 100),
  batteryLevelPercent: number(0, 100),
  fuelType: choice(0, 1, 2, 3, 4, 5, 6, 7, 8, 15),
  dayNight: choice('day', 'night'),
  utcOffsetMinutes: whole([-720, 840]),
  timeMs: time,
  'position.latitude': number(-90, 90),
  'position.longitude': number(-180, 180),
  'position.altitude': number(-500, 9_000),
  'position.address': place,
  'position.town': place,
  'position.city': place,
  'position.province': place,
  'position.country': place,
  'destination.latitude': number(-90, 90),
  'destination.longitude': number(-180, 180),
  'destination.address': place,
  'destination.town': place,
  'destination.city': place,
  'destination.province': place,
  'destination.country': place,
  'maneuver.latitude': number(-90, 90),
  'maneuver.longitude': number(-180, 180),
  'maneuver.nextStreetName': place,
  'maneuver.town': place,
  'maneuver.city': place,
  'maneuver.province': place,
  'maneuver.country': place,
  'journey.arrival.hours': whole([0, 23]),
  'journey.arrival.minutes': whole([0, 59]),
  'nextWaypoint.arrival.hours': whole([0, 23]),
  'nextWaypoint.arrival.minutes': whole([0, 59]),
  'media.album': text(254),
  'media.artist': text(254),
  'media.folder': text(254),
  'media.track': text(32),
  'media.trackNumber': whole([-1, 9_998]),
  'media.trackCount': whole([0, 9_998]),
  'media.state': choice(1, 2, 3, 4, 5),
  'media.source': whole([0, 29]),
  // The bands of W 10.6: DAB, long wave, medium wave, FM.
  'radio.frequencyKhz': whole([0, 63], [144, 288], [531, 1_629], [87_500, 108_000]),
  'radio.preset': whole([0, 5]),
  'radio.band': choice('FM HD', 'MW', 'LW', 'FM', 'DaB', 'DMB', 'SDaRS', 'DaB+'),
  'radio.programme': text(64),
  'radio.programmeType': whole([0, 31]),
  'radio.hasRds': boolean,
  'radio.hasTrafficAnnouncements': boolean,
  'radio.text': text(254),
  wave: choice('all', 2, 3, 4),
}

/** The ids of themes that each brand has (W 11.6). The table has no column for Toyota: it gets one. */
export const themesByBrand: Readonly<Record<VehicleSignals['brand'], readonly number[]>> = {
  0: [0, 1, 2, 3, 4, 5, 8, 9],
  1: [0, 1, 2, 3, 4, 5, 6, 7],
  2: [0, 1, 2, 3, 8, 9],
  3: [0],
  4: [0, 1],
  5: [0, 1],
}

/** The groups of signals, and whether one may be null: no fix, no guidance. */
export const signalGroups: Readonly<Record<string, { readonly nullable: boolean }>> = {
  position: { nullable: true },
  destination: { nullable: true },
  maneuver: { nullable: true },
  journey: { nullable: true },
  'journey.arrival': { nullable: false },
  nextWaypoint: { nullable: true },
  'nextWaypoint.arrival': { nullable: false },
  media: { nullable: false },
  radio: { nullable: false },
}
