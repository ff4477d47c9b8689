import { useLayoutEffect, useRef } from 'preact/hooks'
import { type Display, screenClasses } from '../display.ts'
import type { HeadUnit } from '../head-unit.ts'
import { AppWall } from './app-wall.tsx'
import { Center } from './center/center.tsx'
import { DrivingOverlay, isCovered } from './driving-overlay.tsx'
import { Failure } from './failure.tsx'
import { Loading } from './loading.tsx'
import { MediaModule } from './media-module.tsx'
import { NavigationModule } from './navigation/navigation-module.tsx'
import { Settings } from './settings/settings.tsx'

interface AppAreaProps {
  readonly headUnit: HeadUnit
  readonly display: Display
}

/** The part of the screen that apps get, to the pixel; modules and the wall share it. */
export function AppArea({ headUnit, display }: AppAreaProps) {
  const screenClass = display.screenClass.value
  const { x, y, width, height } = screenClasses[screenClass].area
  const view = headUnit.view.value
  const app = view.apps.find(({ idApp }) => idApp === view.app)
  const onScreen = view.module === 'web' ? app : undefined
  const isCenter = view.module === 'web' && view.center.open
  const isSettings = view.module === 'web' && headUnit.settingsOpen.value
  const isWall = view.module === 'web' && !app && !isCenter && !isSettings
  return (
    <div class="area" style={{ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` }}>
      <AppWall headUnit={headUnit} hidden={!isWall} />
      {isCenter && <Center headUnit={headUnit} />}
      {isSettings && <Settings headUnit={headUnit} display={display} />}
      {view.module === 'navigation' && <NavigationModule headUnit={headUnit} screenClass={screenClass} />}
      {view.module === 'media' && <MediaModule headUnit={headUnit} />}
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
