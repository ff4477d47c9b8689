import { defaultVehicleSignals, type SignalChange, type VehicleSignals } from '@pillion/schema'
import { useComputed, useSignal } from '@preact/signals'
import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { findSignals } from './find-signals.ts'
import { SignalField } from './signal-field.tsx'

/** Everything the vehicle says of itself (W 10), to be looked up and changed. */
export function Signals({ headUnit }: { headUnit: HeadUnit }) {
  const words = useSignal('')
  const found = findSignals(words.value)
  return (
    <div class="signals">
      <div class="signals-head">
        <input
          type="search"
          placeholder="Find a signal: speed, fuel, media.track…"
          aria-label="Find a signal"
          value={words.value}
          onInput={({ currentTarget }) => {
            words.value = currentTarget.value
          }}
        />
        <button
          type="button"
          class="small"
          aria-label="Reset all signals"
          title="All as at the first start: a parked car in Paris"
          onClick={() => headUnit.host.setVehicle(defaultVehicleSignals)}
        >
          <Icon name="reload" /> Reset
        </button>
      </div>
      {found.length === 0 && <p class="hint">No signal is called like that.</p>}
      {found.map(({ group, signals }) => (
        <fieldset key={group.title} class="signals-group">
          <legend>
            {group.title}
            {group.path && <Presence headUnit={headUnit} path={group.path} title={group.title} />}
          </legend>
          {signals.map(([path, name]) => (
            <SignalField key={path} headUnit={headUnit} path={path} name={name} group={group.title} />
          ))}
        </fieldset>
      ))}
    </div>
  )
}

/** What makes a group that was null be there, with nothing in it. */
const beginnings: Readonly<Record<string, SignalChange>> = {
  position: { position: { latitude: 48.8566, longitude: 2.3522 } },
  destination: { destination: { latitude: 48.8738, longitude: 2.295 } },
  maneuver: { maneuver: { latitude: 48.86, longitude: 2.34 } },
  journey: { journey: { arrival: { hours: 12 } } },
  nextWaypoint: { nextWaypoint: { arrival: { hours: 12 } } },
}

/** No fix, no guidance: the group is null then. */
function Presence({ headUnit, path, title }: { headUnit: HeadUnit; path: string; title: string }) {
  const isThere = useComputed(() => headUnit.view.value.vehicle[path as keyof VehicleSignals] !== null)
  return (
    <input
      type="checkbox"
      class="presence"
      role="switch"
      aria-label={`${title} is known`}
      aria-checked={isThere.value}
      checked={isThere.value}
      onChange={({ currentTarget }) => {
        headUnit.host.setVehicle(currentTarget.checked ? (beginnings[path] ?? {}) : { [path]: null })
      }}
    />
  )
}
