import { useMemo } from 'preact/hooks'
import { type ScreenClass, screenClasses } from '../display.ts'
import type { HeadUnit } from '../head-unit.ts'
import { AppArea } from './app-area.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { Dock } from './dock.tsx'
import { MediaPlayer } from './media-player.ts'
import { Popup } from './popup.tsx'
import { SidePanels } from './side-panels.tsx'
import { StatusBar } from './status-bar.tsx'

/** Everything inside the bezel. What is modal lies over the rest, which is inert meanwhile. */
export function Screen({ headUnit, screenClass }: { headUnit: HeadUnit; screenClass: ScreenClass }) {
  const { width, height } = screenClasses[screenClass]
  const player = useMemo(() => new MediaPlayer(), [])
  const { popup } = headUnit.view.value
  const notice = needsNotice(headUnit)
  return (
    <div class="screen" data-class={screenClass} style={{ width: `${width}px`, height: `${height}px` }}>
      <div class="screen-content" inert={popup !== undefined || notice}>
        {screenClass === 'WHD' ? (
          <SidePanels headUnit={headUnit} player={player} />
        ) : (
          <StatusBar headUnit={headUnit} />
        )}
        <AppArea headUnit={headUnit} player={player} screenClass={screenClass} />
        <Dock headUnit={headUnit} />
      </div>
      {notice && <ConnectionNotice headUnit={headUnit} />}
      {popup && <Popup key={popup.closesAt} popup={popup} headUnit={headUnit} />}
    </div>
  )
}

/** The user has to know, and to decide, before anything else makes sense. */
function needsNotice({ status }: HeadUnit): boolean {
  return status.value.state === 'taken_over' || status.value.state === 'refused'
}
