import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog.tsx'
import { go, placeHref } from '../place.ts'
import { screens } from '../screens/index.ts'
import { may } from '../session.ts'

const SECOND_KEY_MS = 1_500

/** `/` into the search, `g` and a letter to a screen, `?` for what there is. */
export function useKeys(): { readonly isHelpOpen: boolean; readonly closeHelp: () => void } {
  const [isHelpOpen, setHelpOpen] = useState(false)
  const goPressedAt = useRef(0)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      // A dialog is answered first.
      if (document.querySelector('dialog[open]')) return
      const isSecond = event.timeStamp - goPressedAt.current < SECOND_KEY_MS && goPressedAt.current > 0
      goPressedAt.current = 0
      if (isSecond) {
        const screen = screens.find(({ key, role }) => key === event.key && may(role))
        if (screen) go(placeHref(screen.path))
        return
      }
      if (event.key === 'g') goPressedAt.current = event.timeStamp
      else if (event.key === '?') setHelpOpen(true)
      else if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('[data-search]')
        if (search === null) return
        event.preventDefault()
        search.focus()
        search.select()
      }
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
  return { isHelpOpen, closeHelp: useCallback(() => setHelpOpen(false), []) }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable]') !== null
  )
}

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        <Key keys={['/']} text="Search" />
        <Key keys={['↓', '↑']} text="From row to row" />
        <Key keys={['Enter']} text="Open the row" />
        <Key keys={['Esc']} text="Close the detail" />
        {screens
          .filter(({ role }) => may(role))
          .map(({ key, path, title }) => (
            <Key key={path} keys={['g', key]} text={title} />
          ))}
      </dl>
    </Dialog>
  )
}

function Key({ keys, text }: { keys: readonly string[]; text: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{text}</dd>
    </div>
  )
}
