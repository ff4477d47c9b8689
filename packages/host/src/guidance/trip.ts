import type { Coordinates } from '@pillion/schema'
import type { KeptTrip } from './kept-guidance.ts'
import {
  lengthMeters,
  nearestOnRoute,
  nextPoint,
  planRoute,
  pointAlong,
  type Route,
  type RoutePoint,
} from './route.ts'

/** Nearer to a stop than this one is there. */
const arrivalMeters = 25
/** Further from the route than this one has left it. */
const offRouteMeters = 200

/** A route, and how far along it the vehicle is. It never goes back: who turns round leaves the route. */
export class Trip {
  #route: Route
  #stops: readonly Coordinates[]
  #alongMeters = 0

  constructor(start: Coordinates, stops: readonly Coordinates[], alongMeters = 0) {
    this.#stops = stops
    this.#route = planRoute(start, stops)
    this.advance(alongMeters)
  }

  /** The constructor's arguments for one like this. */
  get kept(): KeptTrip {
    const { latitude, longitude } = this.#route.points[0] as RoutePoint
    return { start: { latitude, longitude }, stops: this.#stops, alongMeters: this.#alongMeters }
  }

  get points(): readonly Coordinates[] {
    return this.#route.points
  }

  get lengthMeters(): number {
    return lengthMeters(this.#route)
  }

  get remainingMeters(): number {
    return this.lengthMeters - this.#alongMeters
  }

  get isReached(): boolean {
    return this.remainingMeters <= arrivalMeters
  }

  get here(): Coordinates & { streetName: string } {
    return pointAlong(this.#route, this.#alongMeters)
  }

  get destination(): RoutePoint {
    return this.#route.points.at(-1) as RoutePoint
  }

  /** Where the next street begins, or the destination. */
  get maneuver(): RoutePoint {
    return nextPoint(this.#route, this.#alongMeters)
  }

  /** To the next waypoint; to the destination when there is none ahead. */
  get nextStopMeters(): number {
    const ahead = this.#route.stops.find((stop) => this.#isAhead(stop))
    return ahead ? ahead.alongMeters - this.#alongMeters : this.remainingMeters
  }

  /** Drives on; not beyond the destination. */
  advance(meters: number): void {
    this.#alongMeters = Math.min(this.lengthMeters, this.#alongMeters + meters)
  }

  /**
   * The vehicle is somewhere else now. It is looked for on the way to the next stop first, so that a route which crosses itself, or
   * ends where it began, is not cut short. One that left the route gets a new one from here to the stops ahead.
   */
  moveTo(position: Coordinates): void {
    const from = this.#alongMeters
    const found = this.#find(position, from + this.nextStopMeters) ?? this.#find(position, this.lengthMeters)
    if (found !== undefined) this.#alongMeters = found
    else this.#replan(position)
  }

  #find(position: Coordinates, toMeters: number): number | undefined {
    const { alongMeters, awayMeters } = nearestOnRoute(this.#route, position, this.#alongMeters, toMeters)
    return awayMeters <= offRouteMeters ? alongMeters : undefined
  }

  #replan(position: Coordinates): void {
    const ahead = this.#stops.filter((_, index) => {
      const stop = this.#route.stops[index]
      return index === this.#stops.length - 1 || (stop && this.#isAhead(stop))
    })
    this.#stops = ahead
    this.#route = planRoute(position, ahead)
    this.#alongMeters = 0
  }

  #isAhead(stop: RoutePoint): boolean {
    return stop.alongMeters > this.#alongMeters + arrivalMeters
  }
}
