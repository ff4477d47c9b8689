import type { VehicleSignals } from '@pillion/schema'
import { themeOf, themesOf } from '../themes.ts'
import { Choice } from './choice.tsx'

/** The themes that the brand has (W 11.6), by their colours. */
export function ThemeChoice({
  vehicle,
  choose,
}: {
  vehicle: VehicleSignals
  choose: (theme: number) => void
}) {
  return (
    <Choice
      label="Theme"
      value={String(themeOf(vehicle).id)}
      options={themesOf(vehicle.brand).map(({ id, name, accent, pattern }) => ({
        value: String(id),
        name: (
          <>
            <i class={`swatch is-${pattern}`} style={{ '--accent': accent.night }} />
            <span class="unseen">{name}</span>
          </>
        ),
        hint: `${id}: ${name}`,
      }))}
      choose={(id) => choose(Number(id))}
    />
  )
}
