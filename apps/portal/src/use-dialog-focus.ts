import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/**
 * While the dialog is there, the focus starts on the element of the result; when it goes, where the focus was before has it
 * again. Whoever works beside the screen, say in the log's filter, keeps the focus: the next key would answer the dialog.
 */
export function useDialogFocus<T extends HTMLElement>(): RefObject<T | null> {
  const first = useRef<T>(null)
  useLayoutEffect(() => {
    const before = document.activeElement
    const isBesideScreen = before !== null && before !== document.body && before.closest('.screen') === null
    if (isBesideScreen) return
    first.current?.focus()
    return () => {
      // Later: until this turn ends, the rest of the screen is still inert and takes no focus.
      queueMicrotask(() => {
        if (before instanceof HTMLElement && before.isConnected) before.focus()
      })
    }
  }, [])
  return first
}
