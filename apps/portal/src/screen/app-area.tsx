import { useLayoutEffect, useRef } from 'preact/hooks'
import { type ScreenClass, screenClasses } from '../display.ts'
import type { HeadUnit } from '../head-unit.ts'
import { AppWall } from './app-wall.tsx'
import { DrivingOverlay, isCovered } from './driving-overlay.tsx'
import { Failure } from './failure.tsx'
import { Loading } from './loading.tsx'
import { MediaModule } from './media-module.tsx'
import type { MediaPlayer } from './media-player.ts'
import { NavigationModule } from './navigation-module.tsx'

interface AppAreaProps {
  readonly headUnit: HeadUnit
  readonly player: MediaPlayer
  readonly screenClass: ScreenClass
}

/** The part of the screen that apps get, to the pixel; modules and the wall share it. */
export function AppArea({ headUnit, player, screenClass }: AppAreaProps) {
  const { x, y, width, height } = screenClasses[screenClass].area
  const view = headUnit.view.value
  const app = view.apps.find(({ idApp }) => idApp === view.app)
  const onScreen = view.module === 'web' ? app : undefined
  return (
    <div class="area" style={{ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` }}>
      <AppWall headUnit={headUnit} hidden={view.module !== 'web' || app !== undefined} />
      {view.module === 'navigation' && <NavigationModule speedKmh={view.vehicle.speedKmh} />}
      {view.module === 'media' && <MediaModule player={player} />}
      <Stage headUnit={headUnit} inert={onScreen !== undefined && isCovered(onScreen, view.vehicle)} />
      {onScreen && onScreen.state !== 'foreground' && <Loading app={onScreen} />}
      {onScreen && isCovered(onScreen, view.vehicle) && <DrivingOverlay app={onScreen} />}
      {view.failure && view.module === 'web' && (
        <Failure
          failure={view.failure}
          headUnit={headUnit}
          isAside={onScreen !== undefined && onScreen.idApp !== view.failure.idApp}
        />
      )}
    </div>
  )
}

/** The frames live outside of what is rendered: to move one in the document would restart its app. */
function Stage({ headUnit, inert }: { headUnit: HeadUnit; inert: boolean }) {
  const holder = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => holder.current?.append(headUnit.iframes.stage), [headUnit])
  return <div class="stage-holder" inert={inert} ref={holder} />
}
