import { type Display, type ScreenClass, screenClasses, themes } from '../display.ts'
import { Choice } from './choice.tsx'

const classNames = Object.entries(screenClasses) as [ScreenClass, (typeof screenClasses)[ScreenClass]][]

/** The screen an app is tried on (W 11.5), and its colours. */
export function DisplayControls({ display }: { display: Display }) {
  const { area } = screenClasses[display.screenClass.value]
  return (
    <>
      <Choice
        label="Class"
        value={display.screenClass.value}
        options={classNames.map(([value, { width, height }]) => ({
          value,
          name: (
            <>
              {value} <small>{`${width} × ${height}`}</small>
            </>
          ),
        }))}
        choose={(screenClass) => {
          display.screenClass.value = screenClass
        }}
      />
      <p class="hint">
        Apps get {area.width} × {area.height} pixels.
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
