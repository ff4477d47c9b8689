import { type Display, type ScreenClass, screenClasses, themes } from '../display.ts'
import { Choice } from './choice.tsx'

const classNames = Object.keys(screenClasses) as ScreenClass[]

/** The screen an app is tried on (W 11.5), and its colours. */
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
        label="Theme"
        value={display.theme.value}
        options={themes.map((value) => ({
          value,
          name: (
            <>
              <i class="swatch" data-theme={value} />
              <span class="unseen">{value}</span>
            </>
          ),
          hint: value,
        }))}
        choose={(theme) => {
          display.theme.value = theme
        }}
      />
    </>
  )
}
