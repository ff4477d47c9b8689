import { limits, type PrivacyMode } from '@pillion/schema'
import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { languages } from '../languages.ts'
import { privacyModes } from '../screen/status-icons.tsx'
import { brands, themesOf } from '../themes.ts'
import { Choice } from './choice.tsx'
import { ThemeChoice } from './theme-choice.tsx'

const speedMaxKmh = 180

/** What one changes most: network, privacy, speed, language, brand, theme, day and night (W 9). All else is under Signals. */
export function VehicleControls({ headUnit }: { headUnit: HeadUnit }) {
  const { host } = headUnit
  const { vehicle } = headUnit.view.value
  const modes = Object.entries(privacyModes) as [PrivacyMode, (typeof privacyModes)[PrivacyMode]][]
  return (
    <>
      <Network headUnit={headUnit} />
      <Choice
        label="Privacy"
        value={vehicle.privacyMode}
        options={modes.map(([value, { name, meaning }]) => ({ value, name, hint: `${value}: ${meaning}` }))}
        choose={(privacyMode) => host.setVehicle({ privacyMode })}
      />
      <label class="slider">
        <span class="label">Speed</span>
        <output>
          {Math.round(vehicle.speedKmh)} km/h{vehicle.speedKmh > limits.drivingThresholdKmh && ' · driving'}
        </output>
        <input
          type="range"
          aria-label="Speed"
          min={0}
          max={speedMaxKmh}
          step={1}
          value={vehicle.speedKmh}
          onInput={(event) => host.setVehicle({ speedKmh: event.currentTarget.valueAsNumber })}
        />
      </label>
      <Language headUnit={headUnit} />
      <Brand headUnit={headUnit} />
      <ThemeChoice vehicle={vehicle} choose={(theme) => host.setVehicle({ theme })} />
      <Choice
        label="Daylight"
        value={vehicle.dayNight}
        options={[
          { value: 'day', name: 'Day' },
          { value: 'night', name: 'Night' },
        ]}
        choose={(dayNight) => host.setVehicle({ dayNight })}
      />
      <GuidanceControls headUnit={headUnit} />
      <Power headUnit={headUnit} />
    </>
  )
}

/** A tunnel (W 9.3), or a network so slow that messages take their time. */
function Network({ headUnit }: { headUnit: HeadUnit }) {
  const { network } = headUnit.view.value.vehicle
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          aria-checked={network}
          checked={network}
          onChange={(event) => headUnit.host.setVehicle({ network: event.currentTarget.checked })}
        />
        <span>Network</span>
        <small>{network ? 'on' : 'off, as in a tunnel'}</small>
      </label>
      <Choice
        label="Delay"
        value={String(headUnit.delaySeconds)}
        options={[0, 1, 5, 15].map((seconds) => ({
          value: String(seconds),
          name: seconds === 0 ? 'None' : `${seconds} s`,
          hint: seconds === 0 ? 'Messages pass at once' : `Every message takes ${seconds} s, each way`,
        }))}
        choose={(seconds) => headUnit.setDelay(Number(seconds))}
      />
    </>
  )
}

function Language({ headUnit }: { headUnit: HeadUnit }) {
  const { language } = headUnit.view.value.vehicle
  return (
    <label class="row">
      <span class="label">Language</span>
      <select
        value={language}
        onChange={(event) => {
          const chosen = languages.find((known) => known.language === event.currentTarget.value)
          if (chosen) headUnit.host.setVehicle({ language: chosen.language, country: chosen.country })
        }}
      >
        {languages.every((known) => known.language !== language) && (
          <option value={language}>{language}</option>
        )}
        {languages.map(({ language, name }) => (
          <option key={language} value={language}>
            {name} ({language})
          </option>
        ))}
      </select>
    </label>
  )
}

function Brand({ headUnit }: { headUnit: HeadUnit }) {
  const { brand, theme } = headUnit.view.value.vehicle
  return (
    <label class="row">
      <span class="label">Brand</span>
      <select
        value={brand}
        onChange={({ currentTarget }) => {
          const chosen = brands.find((known) => String(known.brand) === currentTarget.value)
          if (!chosen) return
          // An id means another theme with another brand, or none (W 11.6).
          const has = themesOf(chosen.brand).some(({ id }) => id === theme)
          headUnit.host.setVehicle({ brand: chosen.brand, ...(has ? {} : { theme: 0 }) })
        }}
      >
        {brands.map(({ brand, name }) => (
          <option key={brand} value={brand}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Only while an app guides: the vehicle drives there by itself (W 8). */
function GuidanceControls({ headUnit }: { headUnit: HeadUnit }) {
  const { guidance } = headUnit.view.value
  if (guidance.state === 'none') return null
  return (
    <Choice
      label="Route"
      value={String(guidance.drive)}
      options={[0, 1, 10, 100].map((times) => ({
        value: String(times),
        name: times === 0 ? 'Stay' : `Drive ×${times}`,
      }))}
      choose={(times) => headUnit.host.driveRoute(Number(times))}
    />
  )
}

function Power({ headUnit }: { headUnit: HeadUnit }) {
  const isGoing = headUnit.view.value.shuttingDown
  return (
    <p class="row">
      <span class="label">Power</span>
      <button type="button" class="small" disabled={isGoing} onClick={() => headUnit.host.shutDown()}>
        <Icon name="power" /> {headUnit.off.value ? 'Off' : isGoing ? 'Switching off…' : 'Switch off in 2 s'}
      </button>
    </p>
  )
}
