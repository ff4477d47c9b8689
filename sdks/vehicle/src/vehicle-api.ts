import type { Message } from './messages.ts'

/**
 * What a head unit injects into an app's window before its first script runs (W 5.3, 10). Every method is synchronous.
 * Members that not every generation of head units has are marked with their waves; elsewhere they are undefined.
 */
export interface VehicleGlobals {
  Car: Car
  Connectivity: Connectivity
  Device: Device
  HMI: Hmi
  Media: Media
  Navigation: Navigation
  Phone: Phone
  Privacy: Privacy
  Radio: Radio
  System: System
  WebPortal: WebPortal
}

/**
 * Handlers are called without arguments, `this` is the emitter. One that is not a function is ignored; an unknown name is
 * accepted. Whether the head unit has an event: `Car.hasOwnProperty('driverDistractionOn')`.
 */
export interface Emitter<Name extends string> {
  addEventListener(name: Name | (string & {}), handler: () => void): void
  removeEventListener(name: Name | (string & {}), handler: () => void): void
}

export type CarEvent =
  | 'driverDistractionOn'
  | 'driverDistractionOff'
  | 'distanceUnit'
  | 'fuelUnit'
  | 'speedUnit'

/** W 10.1. Kilometres and km/h whatever units the driver sees. */
export interface Car extends Emitter<CarEvent> {
  /** The VIN, 17 characters; undefined in Private mode. */
  GetVINCode(): string | undefined
  /** km/h; undefined in Private mode. Must not be sent to a back end. */
  GetSpeed(): number | undefined
  /** Faster than 5 km/h. Events: `driverDistractionOn`, `driverDistractionOff`. */
  GetDrivingState(): boolean
  /** km, odometer. */
  GetMileage(): number
  /** km, total range. Waves 2 and 3. */
  GetAutonomy(): number
  /** km. */
  GetFuelAutonomy(): number
  /** km. Wave 4. */
  GetBatteryAutonomy(): number
  /** % */
  GetFuelLevel(): number
  /** %. Wave 4. */
  GetBatteryLevel(): number
  /** 0 petrol, 1 petrol and LPG, 2 petrol and CNG, 3 diesel, 4 petrol and battery, 5 petrol and alcohol, 6 diesel and battery, 7 battery, 8 hydrogen, 15 undefined. */
  GetFuelType(): number
  GetFuelUnit(): 'l' | 'gal'
  /** Theme to use: 0 day, 1 night. Wave 4. */
  GetDayNightStatus(): 0 | 1
  /** Refreshes `Car.Time`; call it first. Waves 3 and 4. */
  GetTime(): boolean
  /** The user's time, instead of `Date`. Waves 3 and 4. */
  Time: CarTime
}

/** As of the last `Car.GetTime()`; at start, of the time of loading. */
export interface CarTime {
  /** 0 to 23 */
  Hours(): number
  /** 0 to 59 */
  Minutes(): number
  /** `[-]HHMM`, such as `0100` or `-0900`. */
  OffsetUTC(): string
}

/** W 9.3. */
export interface Connectivity extends Emitter<'connectivityOn' | 'connectivityOff'> {}

/** W 10.2. */
export interface Device {
  /** 0 Peugeot, 1 Citroën, 2 DS, 3 Toyota, 4 Opel, 5 Vauxhall. */
  GetCarBrand(): number
  GetDistanceUnit(): 'km' | 'miles'
  GetSpeedUnit(): 'km/h' | 'mph'
  /** Has the portal the focus? */
  GetHMIFocus(): boolean
  /** Its meaning depends on the brand (W 11.6). */
  GetHMITheme(): number
  GetInternetStatus(): boolean
  /** Such as `31.09.46.60_NAC-r0`; the first digit is the wave. */
  GetSoftwareRelease(): string
  /** Unit id. Waves 3 and 4. */
  GetUIN(): string
}

/** W 10.3. */
export interface Hmi extends Emitter<'homeBtnClick'> {
  /** Then `WebPortal.getLanguage()` and `Device.GetHMITheme()` have the new value. */
  Settings: Emitter<'languageSet' | 'themeSet'>
  /** The portal gains or loses the focus; `show` also fires right after the app has announced itself. */
  WebBrowser: Emitter<'show' | 'hide'>
}

/** W 10.4. */
export interface Media extends Emitter<never> {
  /** '' if nothing plays, as the next three. */
  GetAlbumName(): string
  GetArtistName(): string
  GetFolderName(): string
  /** At most 32 characters. */
  GetTrackName(): string
  /** -1: none. */
  GetCurrentTrack(): number
  GetTotalTracks(): number
  /** 1 stop, 2 play, 3 pause, 4 seek up, 5 seek down. */
  GetMediaState(): number
  /** 0 to 29, such as 3 Bluetooth streaming, 11 tuner, 13 media app of the web browser; the table of W 10.4. */
  GetTypeName(): number
  Audio: MediaAudio
}

export interface MediaAudio extends Emitter<'audioAvailable' | 'audioLost'> {
  /** Opens or closes the app's audio channel. */
  configure(type: 'MEDIA_PLAYER_SOURCE' | 'TEMPORARY_SOURCE', soundState: 'Active' | 'Inactive'): void
}

export type NavigationEvent =
  | 'InvalidCoordinates'
  | 'RouteCalculationSuccessful'
  | 'RouteCalculationFailed'
  | 'RouteCalculationCancelled'
  | 'WebDestinationReached'

export interface Waypoint {
  lat: number
  lon: number
}

/**
 * W 8, 10.5. Outside Public mode every getter is undefined and guidance is refused. The events are about guidance that this app
 * started, and never come before the method has returned.
 */
export interface Navigation extends Emitter<NavigationEvent> {
  /** Degrees, WGS84; undefined without a fix. */
  GetCurrentPositionLatitude(): number | undefined
  GetCurrentPositionLongitude(): number | undefined
  /** Fills `CurrentPosition`; false: there is nothing, and it is empty now. */
  GetCurrentPosition(): boolean | undefined
  CurrentPosition: { Address?: string; Altitude?: number } & Place
  /** Fills `Destination`. */
  GetDestination(): boolean | undefined
  Destination: { Latitude?: number; Longitude?: number; address?: string } & Place
  /** Fills `ManeuverInfo`. */
  GetManeuverInfo(): boolean | undefined
  ManeuverInfo: { Latitude?: number; Longitude?: number; nextStreetName?: string } & Place
  /** Fills `JourneyInfo`. */
  GetJourneyInfo(): boolean | undefined
  JourneyInfo: { estimatedTimeOfarrivalH?: number; estimatedTimeOfarrivalMin?: number }
  GetNextWaypoint: { ETAHours(): number | undefined; ETAMinutes(): number | undefined }
  /**
   * Longitude first. Asks the user before a running guidance is replaced. true: exactly one of the three
   * `RouteCalculation…` events follows. Waves 2 and 3.
   */
  LaunchGuidance(
    description: string,
    destinationLongitude: number,
    destinationLatitude: number,
    ...ignored: (number | undefined)[]
  ): boolean
  /** Longitude first, at most 9 waypoints. As `LaunchGuidance`, but asks the user only if `customerConfirmation` is true. Waves 2 and 4. */
  LaunchGuidanceWaypoints(
    destinationLongitude: number,
    destinationLatitude: number,
    waypoints?: readonly Waypoint[],
    customerConfirmation?: boolean
  ): boolean
}

/** '' where unused. */
export interface Place {
  Town?: string
  City?: string
  Province?: string
  Country?: string
}

export interface Phone {
  /** 1 to 15 digits. true says nothing about the call itself. */
  LaunchPhoneCall(number: string): boolean
}

/** W 9.2. */
export interface Privacy extends Emitter<'ModePublic' | 'ModeGeoloc' | 'ModeFull'> {
  /** Geoloc: data, but no position. Private: neither, and no connection; entering it fires `ModeFull`. Waves 3 and 4. */
  Mode(): 'Public' | 'Geoloc' | 'Private'
}

/** W 10.6. */
export interface Radio {
  /** kHz; DAB: 0 to 63. */
  GetFrequency(): number
  /** 0: none. */
  GetPreset(): number
  GetBand(): 'FM HD' | 'MW' | 'LW' | 'FM' | 'DaB' | 'DMB' | 'SDaRS' | 'DaB+'
  /** Programme service name. This and the next four: waves 3 and 4. */
  PSName(): string
  /** 1 to 31, or false for a programme without a type. */
  PTY(): number | false
  /** Is RDS supported? */
  RDS(): boolean
  /** Traffic announcements. */
  TA(): boolean
  Text(): string
}

/** `OnShutDown`: 2 s before power-off (W 9.5). */
export interface System extends Emitter<'OnShutDown'> {}

export interface WebPortal {
  /**
   * What came while the app was hidden or not running: the last 10, oldest first; taken out by the call (W 6.2). Before the
   * head unit has noticed `onApplicationLoaded` it is empty with an own property `error`, or throws.
   */
  readonly getPendingNotifications: (idApp?: string) => Message[]
  /** Such as `en-GB`. */
  getLanguage(): string
  /** Such as `France`. */
  getCountry(): string
}
