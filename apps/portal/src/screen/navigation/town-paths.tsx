import { useMemo } from 'preact/hooks'
import type { Point } from './plane.ts'
import { drawTown } from './town.ts'

/** Streets and houses; drawn once for each centre, reach and cell (all in metres). */
export function TownPaths({ centre, reach, cell }: { centre: Point; reach: number; cell: number }) {
  const { parks, blocks, lanes, streets, avenues, river } = useMemo(
    () => drawTown(centre, reach, cell),
    [centre.x, centre.y, reach, cell],
  )
  return (
    <>
      <path class="map-park" d={parks} />
      <path class="map-block" d={blocks} />
      <path class="map-lanes" d={lanes} />
      <path class="map-streets" d={streets} />
      <path class="map-water" d={river} />
      <path class="map-avenues" d={avenues} />
    </>
  )
}
