import type { AppFrames } from './app-frames.ts'
import type { HostState } from './host-state.ts'
import type { Keyboard } from './keyboard.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { PopupQueue } from './popup-queue.ts'

/** The vehicle is switched off (W 9.5): OnShutDown, time to act on it, onApplicationUnloaded, time to save, `end`. */
export function shutDown(
  host: HostState,
  parts: { frames: AppFrames; keyboard: Keyboard; lifecycle: Lifecycle; popups: PopupQueue },
  end: () => void,
): void {
  const { clock, limits } = host
  const { hideGraceMilliseconds, shutdownNoticeSeconds } = limits
  if (host.shuttingDown) return
  parts.keyboard.close(undefined)
  host.shuttingDown = true
  host.changed()
  host.journal.note('shutdown', undefined, `The head unit goes out in ${shutdownNoticeSeconds} s.`)
  parts.frames.fireToAll({ emitter: 'System', name: 'OnShutDown' })
  clock.after(Math.max(0, shutdownNoticeSeconds * 1000 - hideGraceMilliseconds), () => {
    parts.lifecycle.shutDown()
    // Now, while whoever asked for them can still be told.
    parts.popups.forget(() => true, 'head_unit_off')
    clock.after(hideGraceMilliseconds, end)
  })
}
