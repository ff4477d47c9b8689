import { limits, type PrivacyMode } from '@pillion/schema'
import type { HeadUnit } from '../head-unit.ts'
import { privacyModes } from '../screen/status-icons.tsx'
import { Choice } from './choice.tsx'

/** With the country an app is told along with it (W 10.2). */
const languages = [
  { language: 'en-GB', name: 'English', country: 'United Kingdom' },
  { language: 'fr-FR', name: 'Français', country: 'France' },
  { language: 'de-DE', name: 'Deutsch', country: 'Germany' },
  { language: 'es-ES', name: 'Español', country: 'Spain' },
  { language: 'it-IT', name: 'Italiano', country: 'Italy' },
  { language: 'nl-NL', name: 'Nederlands', country: 'Netherlands' },
  { language: 'pl-PL', name: 'Polski', country: 'Poland' },
  { language: 'pt-PT', name: 'Português', country: 'Portugal' },
]

const speedMaxKmh = 180

/** What the vehicle does to its apps: network, privacy, speed, language (W 9). */
export function VehicleControls({ headUnit }: { headUnit: HeadUnit }) {
  const { host } = headUnit
  const { vehicle } = headUnit.view.value
  const modes = Object.entries(privacyModes) as [PrivacyMode, (typeof privacyModes)[PrivacyMode]][]
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          aria-checked={vehicle.network}
          checked={vehicle.network}
          onChange={(event) => host.setVehicle({ network: event.currentTarget.checked })}
        />
        <span>Network</span>
        <small>{vehicle.network ? 'on' : 'off, as in a tunnel'}</small>
      </label>
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
          min={0}
          max={speedMaxKmh}
          step={1}
          value={vehicle.speedKmh}
          onInput={(event) => host.setVehicle({ speedKmh: event.currentTarget.valueAsNumber })}
        />
      </label>
      <label class="row">
        <span class="label">Language</span>
        <select
          value={vehicle.language}
          onChange={(event) => {
            const chosen = languages.find(({ language }) => language === event.currentTarget.value)
            if (chosen) host.setVehicle({ language: chosen.language, country: chosen.country })
          }}
        >
          {languages.map(({ language, name }) => (
            <option key={language} value={language}>
              {name} ({language})
            </option>
          ))}
        </select>
      </label>
    </>
  )
}
