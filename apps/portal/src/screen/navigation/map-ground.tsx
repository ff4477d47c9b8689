import type { GuidanceView } from '@pillion/host'
import type { Coordinates } from '@pillion/schema'
import { useMemo, useRef } from 'preact/hooks'
import { bearing, distance, type Point, toPlane, unwound } from './plane.ts'
import { headingAt, lengthOf, partOf, pathOf, stretchesNear } from './route-line.ts'
import { TownPaths } from './town-paths.tsx'

/** So far around its centre the ground is drawn; so far the vehicle may go from there before it is drawn anew. */
const reachMeters = 1_250
const slackMeters = 250
/** Pixels of an SD screen. */
const pixelsPerMeter = 0.62
/** From one end of a town to the other; for a vehicle that is further away the world begins anew. */
const worldMeters = 50_000

interface MapGroundProps {
  readonly position: Coordinates
  readonly guidance: GuidanceView
}

/** The ground around the vehicle, which stands still while the world turns and moves under it. */
export function MapGround({ position, guidance }: MapGroundProps) {
  const origin = useOrigin(position)
  const here = toPlane(origin, position)
  const centre = useCentre(origin, here)
  const route = useMemo(() => guidance.route.map((at) => toPlane(origin, at)), [guidance.route, origin])
  const along = lengthOf(route) - guidance.remainingMeters
  const heading = useHeading(here, headingAt(route, along))
  const pixels = (meters: number) => `calc(${(meters * pixelsPerMeter).toFixed(2)} * var(--u))`
  return (
    <div class="map-ground">
      <div
        class="map-world"
        // Another world, or another part of it: to glide there would make no sense.
        key={`${origin.latitude} ${origin.longitude} ${centre.x} ${centre.y}`}
        style={{
          transform: `rotate(${-heading}deg) translate(${pixels(centre.x - here.x)}, ${pixels(centre.y - here.y)})`,
        }}
      >
        <svg
          class="map"
          viewBox={`${centre.x - reachMeters} ${centre.y - reachMeters} ${2 * reachMeters} ${2 * reachMeters}`}
          style={{
            width: pixels(2 * reachMeters),
            height: pixels(2 * reachMeters),
            left: pixels(-reachMeters),
            top: pixels(-reachMeters),
          }}
          aria-hidden="true"
        >
          <TownPaths centre={centre} reach={reachMeters} cell={190} />
          <RouteLine route={route} along={along} centre={centre} />
          {guidance.waypoints.map((at) => (
            <Mark key={`${at.latitude} ${at.longitude}`} at={toPlane(origin, at)} kind="waypoint" />
          ))}
          {guidance.destination && <Mark at={toPlane(origin, guidance.destination)} kind="destination" />}
        </svg>
      </div>
    </div>
  )
}

function RouteLine({ route, along, centre }: { route: readonly Point[]; along: number; centre: Point }) {
  const draw = (points: readonly Point[]) => stretchesNear(points, centre, reachMeters).map(pathOf).join('')
  const ahead = draw(partOf(route, along, Number.POSITIVE_INFINITY))
  return (
    <>
      <path class="map-route-road" d={draw(route)} />
      <path class="map-route-behind" d={draw(partOf(route, 0, along))} />
      <path class="map-route-glow" d={ahead} />
      <path class="map-route" d={ahead} />
    </>
  )
}

function Mark({ at, kind }: { at: Point; kind: 'waypoint' | 'destination' }) {
  const size = kind === 'destination' ? 22 : 14
  return (
    <g class={`map-mark is-${kind}`} transform={`translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`}>
      <circle r={size} />
      <circle r={size * 0.45} />
    </g>
  )
}

/** Where the plane touches the earth. */
function useOrigin(position: Coordinates): Coordinates {
  const origin = useRef(position)
  if (distance(toPlane(origin.current, position), { x: 0, y: 0 }) > worldMeters) origin.current = position
  return origin.current
}

function useCentre(origin: Coordinates, here: Point): Point {
  const centre = useRef({ origin, at: here })
  if (centre.current.origin !== origin || distance(centre.current.at, here) > slackMeters)
    centre.current = { origin, at: { x: Math.round(here.x), y: Math.round(here.y) } }
  return centre.current.at
}

/** Along the route; without one, where the vehicle went last. */
function useHeading(here: Point, ofRoute: number | undefined): number {
  const last = useRef({ here, heading: ofRoute ?? 0 })
  const { here: before, heading: headingBefore } = last.current
  const moved = distance(before, here) > 0.5
  const heading = ofRoute ?? (moved ? bearing(before, here) : headingBefore)
  last.current = { here: moved ? here : before, heading: unwound(heading, headingBefore) }
  return last.current.heading
}
