import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { formatDistance } from '../../units.ts'
import { nextManoeuvre } from './guidance-cards.tsx'

/** The next manoeuvre while another module is on screen; leads to the navigation. */
export function GuidanceChip({ headUnit }: { headUnit: HeadUnit }) {
  const view = headUnit.view.value
  const next = nextManoeuvre(view)
  if (view.module === 'navigation' || !next) return null
  const distance = formatDistance(next.meters, view.vehicle.distanceUnit)
  return (
    <button
      type="button"
      class="guidance-chip"
      aria-label={`Guidance: ${distance}`}
      onClick={() => headUnit.host.showModule('navigation')}
    >
      <Icon name={next.turn} />
      {distance}
    </button>
  )
}
