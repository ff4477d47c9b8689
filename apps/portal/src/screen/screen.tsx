import type { HostView } from '@pillion/host'
import { type Display, screenClasses } from '../display.ts'
import type { HeadUnit } from '../head-unit.ts'
import { themeOf } from '../themes.ts'
import { AppArea } from './app-area.tsx'
import { CallNote } from './call-note.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { Dock } from './dock.tsx'
import { VirtualKeyboard } from './keyboard/virtual-keyboard.tsx'
import { GuidanceQuestion } from './navigation/guidance-question.tsx'
import { Popup } from './popup.tsx'
import { ShuttingDown, SwitchedOff } from './power.tsx'
import { SidePanels } from './side-panels.tsx'
import { StatusBar } from './status-bar.tsx'

interface ScreenProps {
  readonly headUnit: HeadUnit
  readonly display: Display
  readonly switchOn: () => void
}

/** Everything inside the bezel, in the brand's theme (W 11.6) and for day or night. What is modal lies over the rest, which is inert meanwhile. */
export function Screen({ headUnit, display, switchOn }: ScreenProps) {
  const screenClass = display.screenClass.value
  const { width, height } = screenClasses[screenClass]
  const { vehicle } = headUnit.view.value
  const theme = themeOf(vehicle)
  const mode = { auto: vehicle.dayNight, light: 'day', dark: 'night' } as const
  const shown = mode[display.brightness.value]
  return (
    <div
      class="screen"
      data-class={screenClass}
      data-mode={shown}
      data-pattern={theme.pattern}
      style={{ width: `${width}px`, height: `${height}px`, '--accent': theme.accent[shown] }}
    >
      {headUnit.off.value ? (
        <SwitchedOff switchOn={switchOn} />
      ) : (
        <Running headUnit={headUnit} display={display} />
      )}
    </div>
  )
}

function Running({ headUnit, display }: { headUnit: HeadUnit; display: Display }) {
  const view = headUnit.view.value
  const { popup, keyboard, guidance } = view
  const notice = needsNotice(headUnit)
  const { question } = guidance
  // From the lowest to the highest: each of them lies over those before it.
  return (
    <>
      <div class="screen-content" inert={isCovered(view) || notice}>
        {display.screenClass.value === 'WHD' ? (
          <SidePanels headUnit={headUnit} />
        ) : (
          <StatusBar headUnit={headUnit} />
        )}
        <AppArea headUnit={headUnit} display={display} />
        <Dock headUnit={headUnit} />
        <CallNote headUnit={headUnit} />
      </div>
      {notice && <ConnectionNotice headUnit={headUnit} />}
      {keyboard && (
        <div inert={popup !== undefined || question !== undefined}>
          <VirtualKeyboard field={keyboard} headUnit={headUnit} />
        </div>
      )}
      {question && (
        <div inert={popup !== undefined}>
          <GuidanceQuestion question={question} headUnit={headUnit} />
        </div>
      )}
      {popup && <Popup key={popup.closesAt} popup={popup} headUnit={headUnit} />}
      {view.shuttingDown && <ShuttingDown />}
    </>
  )
}

function isCovered({ popup, keyboard, guidance, shuttingDown }: HostView): boolean {
  return Boolean(popup ?? keyboard ?? guidance.question) || shuttingDown
}

/** The user has to know, and to decide, before anything else makes sense. */
function needsNotice({ status }: HeadUnit): boolean {
  return status.value.state === 'taken_over' || status.value.state === 'refused'
}
