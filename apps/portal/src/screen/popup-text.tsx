import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import { Icon } from '../icons.tsx'

/** Share of what is seen that a page moves on: the last line stays, to read on from. */
const PAGE_SHARE = 0.8
const STEP_SHARE = 0.3

/** The text of a popup: what does not fit is scrolled to, and fades out on the side where there is more. */
export function PopupText({ text, box }: { text: string; box: RefObject<HTMLDivElement | null> }) {
  const { hasAbove, hasBelow, measure } = useRest(box)
  return (
    <div class="popup-body" data-above={hasAbove || undefined} data-below={hasBelow || undefined}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled with the keyboard, too */}
      <div class="popup-text" id="popup-text" dir="auto" tabIndex={0} ref={box} onScroll={measure}>
        <p>{text}</p>
      </div>
      {hasBelow && (
        // For the finger and the eye: keys scroll as they are, and a screen reader reads the whole text.
        <button
          type="button"
          class="popup-more"
          tabIndex={-1}
          aria-hidden="true"
          // It goes away at the end of the text, and would take the focus along.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => scroll(box.current, PAGE_SHARE)}
        >
          <Icon name="down" />
        </button>
      )}
    </div>
  )
}

/** The keys that scroll, wherever in the popup the focus is: it starts on Ok. */
export function scrollByKey(event: KeyboardEvent, box: HTMLElement | null): void {
  const share = shares[event.key]
  if (share === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  scroll(box, share)
  event.preventDefault()
}

const shares: Record<string, number> = {
  ArrowDown: STEP_SHARE,
  ArrowUp: -STEP_SHARE,
  PageDown: PAGE_SHARE,
  PageUp: -PAGE_SHARE,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

function scroll(box: HTMLElement | null, share: number): void {
  if (!box) return
  const { scrollTop, scrollHeight, clientHeight } = box
  box.scrollTop = Math.max(0, Math.min(scrollHeight, scrollTop + share * clientHeight))
}

/** On which sides there is more than is seen. */
function useRest(box: RefObject<HTMLElement | null>) {
  const [hasAbove, setAbove] = useState(false)
  const [hasBelow, setBelow] = useState(false)
  const measure = () => {
    if (!box.current) return
    const { scrollTop, scrollHeight, clientHeight } = box.current
    // Both are rounded to whole pixels.
    setAbove(scrollTop > 1)
    setBelow(scrollHeight - clientHeight - scrollTop > 1)
  }
  useLayoutEffect(() => {
    measure()
    if (!box.current) return
    const observer = new ResizeObserver(measure)
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])
  return { hasAbove, hasBelow, measure }
}
