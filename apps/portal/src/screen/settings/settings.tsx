import type { PrivacyMode, SignalChange } from '@pillion/schema'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Display } from '../../display.ts'
import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { languages } from '../../languages.ts'
import { Choice } from '../../panel/choice.tsx'
import { ThemeChoice } from '../../panel/theme-choice.tsx'
import { privacyModes } from '../status-icons.tsx'

/** What a driver sets (W 9.2, 9.4): privacy, language, units, theme; and the switch that ends it all (W 9.5). */
export function Settings({ headUnit, display }: { headUnit: HeadUnit; display: Display }) {
  const { host } = headUnit
  const { vehicle } = headUnit.view.value
  const set = (change: SignalChange) => host.setVehicle(change)
  const modes = Object.entries(privacyModes) as [PrivacyMode, (typeof privacyModes)[PrivacyMode]][]
  const page = useFirstFocus()
  return (
    <section class="settings" aria-label="Settings" ref={page}>
      <Choice
        label="Privacy"
        value={vehicle.privacyMode}
        options={modes.map(([value, { name, meaning }]) => ({ value, name, hint: meaning }))}
        choose={(privacyMode) => set({ privacyMode })}
      />
      <Language headUnit={headUnit} />
      <Choice
        label="Distance"
        value={vehicle.distanceUnit}
        options={[
          { value: 'km', name: 'km' },
          { value: 'miles', name: 'miles' },
        ]}
        choose={(distanceUnit) => set({ distanceUnit })}
      />
      <Choice
        label="Speed"
        value={vehicle.speedUnit}
        options={[
          { value: 'km/h', name: 'km/h' },
          { value: 'mph', name: 'mph' },
        ]}
        choose={(speedUnit) => set({ speedUnit })}
      />
      <Choice
        label="Fuel"
        value={vehicle.fuelUnit}
        options={[
          { value: 'l', name: 'litres' },
          { value: 'gal', name: 'gallons' },
        ]}
        choose={(fuelUnit) => set({ fuelUnit })}
      />
      <ThemeChoice vehicle={vehicle} choose={(theme) => set({ theme })} />
      <Choice
        label="Keyboard"
        value={display.virtualKeyboard.value ? 'screen' : 'machine'}
        options={[
          { value: 'screen', name: 'On screen' },
          { value: 'machine', name: 'Of this machine' },
        ]}
        choose={(keyboard) => {
          display.virtualKeyboard.value = keyboard === 'screen'
        }}
      />
      <div class="settings-off">
        <button type="button" class="key" onClick={() => host.shutDown()}>
          <Icon name="power" /> Switch off
        </button>
      </div>
    </section>
  )
}

function Language({ headUnit }: { headUnit: HeadUnit }) {
  const { language } = headUnit.view.value.vehicle
  return (
    <label class="choice">
      <span class="label">Language</span>
      <select
        value={language}
        onChange={({ currentTarget }) => {
          const chosen = languages.find((known) => known.language === currentTarget.value)
          if (chosen) headUnit.host.setVehicle({ language: chosen.language, country: chosen.country })
        }}
      >
        {languages.every((known) => known.language !== language) && (
          <option value={language}>{language}</option>
        )}
        {languages.map(({ language, name }) => (
          <option key={language} value={language}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function useFirstFocus() {
  const page = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const focused = document.activeElement
    if (focused !== document.body && !focused?.closest('.screen')) return
    page.current?.querySelector<HTMLElement>('input:checked')?.focus()
  }, [])
  return page
}
