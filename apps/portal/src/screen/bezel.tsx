import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type ScreenClass, screenClasses } from '../display.ts'

/** Room around the screen for the bezel, in units of the screen class. */
const margin = { side: 24, top: 20, bottom: 34 }
/** How far the rim reaches over the bezel. */
const rim = 1.75
const scaleMax = 2

/** The frame around the screen; shrinks or grows the whole to fit the window, so the app keeps its exact pixels (W 11.5). */
export function Bezel({ screenClass, children }: { screenClass: ScreenClass; children: ComponentChildren }) {
  const { width, height, unit } = screenClasses[screenClass]
  const outerWidth = width + 2 * margin.side * unit
  const outerHeight = height + (margin.top + margin.bottom) * unit
  const [room, available] = useRoom()
  const scale = Math.min(available.width / outerWidth, available.height / outerHeight, scaleMax)
  return (
    <div class="bezel-room" ref={room}>
      <div style={{ width: `${outerWidth * scale}px`, height: `${outerHeight * scale}px` }}>
        <div
          class="bezel"
          style={{
            '--u': `${unit}px`,
            width: `${outerWidth}px`,
            height: `${outerHeight}px`,
            transform: `scale(${scale})`,
            padding: `${margin.top * unit}px ${margin.side * unit}px ${margin.bottom * unit}px`,
          }}
        >
          {children}
          <div
            class="bezel-rim"
            style={{
              inset: `${(margin.top - rim) * unit}px ${(margin.side - rim) * unit}px ${(margin.bottom - rim) * unit}px`,
            }}
          />
          <p class="bezel-name" aria-hidden="true">
            PILLION
          </p>
        </div>
      </div>
    </div>
  )
}

function useRoom() {
  const room = useRef<HTMLDivElement>(null)
  const [available, setAvailable] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = room.current
    if (!element) return
    const measure = () => setAvailable({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [room, available] as const
}
