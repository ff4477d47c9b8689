import type { GuidanceView } from '@pillion/host'
import type { Coordinates } from '@pillion/schema'
import { type Point, toPlane } from './plane.ts'
import { lengthOf, partOf, pathOf } from './route-line.ts'
import { TownPaths } from './town-paths.tsx'

interface MapOverviewProps {
  readonly position: Coordinates
  readonly guidance: GuidanceView
  /** Width through height of what it is drawn on. */
  readonly aspect: number
}

/** At least so much is to be seen from top to bottom, however short the route. */
const heightMetersMin = 600
const quartersHigh = 9

/** The whole route from above, north up. */
export function MapOverview({ position, guidance, aspect }: MapOverviewProps) {
  const { destination, waypoints } = guidance
  // Of the route's start, not of the vehicle, which moves: the map stays where it is.
  const origin = guidance.route[0] ?? position
  const plane = (at: Coordinates) => toPlane(origin, at)
  const route = guidance.route.map(plane)
  const stops = [...waypoints, ...(destination ? [destination] : [])].map(plane)
  const { centre, height } = frame([...route, ...stops, plane(position)], aspect)
  const width = height * aspect
  const along = lengthOf(route) - guidance.remainingMeters
  const here = plane(position)
  return (
    <svg
      class="map-overview"
      viewBox={`${centre.x - width / 2} ${centre.y - height / 2} ${width} ${height}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      <TownPaths centre={centre} reach={width / 2} cell={height / quartersHigh} />
      <path class="map-route-road" d={pathOf(route)} />
      <path class="map-route-behind" d={pathOf(partOf(route, 0, along))} />
      <path class="map-route" d={pathOf(partOf(route, along, Number.POSITIVE_INFINITY))} />
      {stops.map((at, index) => (
        <Stop
          key={`${at.x} ${at.y}`}
          at={at}
          size={height / 26}
          name={index < waypoints.length ? String(index + 1) : ''}
        />
      ))}
      <g class="map-here" transform={`translate(${here.x.toFixed(1)} ${here.y.toFixed(1)})`}>
        <circle r={height / 34} />
      </g>
    </svg>
  )
}

/** A waypoint by its number, the destination without. */
function Stop({ at, size, name }: { at: Point; size: number; name: string }) {
  return (
    <g
      class={`map-mark ${name === '' ? 'is-destination' : 'is-waypoint'}`}
      transform={`translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`}
    >
      <circle r={size} />
      {name === '' ? (
        <circle r={size * 0.45} />
      ) : (
        <text y={size * 0.42} style={{ fontSize: `${size * 1.2}px` }}>
          {name}
        </text>
      )}
    </g>
  )
}

/** What has to be on it, with room around. */
function frame(points: readonly Point[], aspect: number): { centre: Point; height: number } {
  const ends = (axis: 'x' | 'y') => {
    const values = points.map((point) => point[axis])
    return [Math.min(...values), Math.max(...values)] as const
  }
  const [west, east] = ends('x')
  const [north, south] = ends('y')
  const height = Math.max(heightMetersMin, (south - north) * 1.9, ((east - west) * 1.8) / aspect)
  // Right of the middle: the cards are at the left.
  return { centre: { x: (west + east) / 2 - height * aspect * 0.1, y: (north + south) / 2 }, height }
}
