import { brightnesses, type Display, type ScreenClass, screenClasses } from '../display.ts'
import { Choice } from './choice.tsx'

const classNames = Object.keys(screenClasses) as ScreenClass[]
const brightnessNames = { auto: 'By daylight', light: 'Light', dark: 'Dark' }

/** The screen an app is tried on (W 11.5). */
export function DisplayControls({ display }: { display: Display }) {
  const { width, height, area } = screenClasses[display.screenClass.value]
  return (
    <>
      <Choice
        label="Class"
        value={display.screenClass.value}
        options={classNames.map((value) => ({ value, name: value }))}
        choose={(screenClass) => {
          display.screenClass.value = screenClass
        }}
      />
      <p class="hint">
        {width} × {height}, of which apps get {area.width} × {area.height} pixels.
      </p>
      <Choice
        label="Colours"
        value={display.brightness.value}
        options={brightnesses.map((value) => ({ value, name: brightnessNames[value] }))}
        choose={(brightness) => {
          display.brightness.value = brightness
        }}
      />
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          aria-checked={display.virtualKeyboard.value}
          checked={display.virtualKeyboard.value}
          onChange={({ currentTarget }) => {
            display.virtualKeyboard.value = currentTarget.checked
          }}
        />
        <span>Keyboard</span>
        <small>{display.virtualKeyboard.value ? 'on screen, as in the vehicle' : 'of this machine'}</small>
      </label>
    </>
  )
}
