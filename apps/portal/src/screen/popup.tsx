import { type PopupView, systemClock } from '@pillion/host'
import { useMemo, useRef } from 'preact/hooks'
import type { HeadUnit } from '../head-unit.ts'
import { Icon, type IconName } from '../icons.tsx'
import { useDialogFocus } from '../use-dialog-focus.ts'
import { PopupText, scrollByKey } from './popup-text.tsx'

/** Who asked for it, at the top right; what a popup must have stays where W 7.1 has it. */
const kindIcons: Record<PopupView['kind'], IconName> = {
  partner: 'elsewhere',
  app: 'apps',
  prompt: 'bell',
  legacy: 'apps',
}

/** Over any module: header, Return arrow top left, centred text, Ok bottom centre if it has a button (W 7.1). */
export function Popup({ popup, headUnit }: { popup: PopupView; headUnit: HeadUnit }) {
  const first = useDialogFocus<HTMLButtonElement>()
  const text = useRef<HTMLDivElement>(null)
  const remaining = useMemo(() => Math.max(0, popup.closesAt - systemClock.now()), [popup.closesAt])
  return (
    <div class="popup-layer">
      <div
        class="popup"
        role="dialog"
        aria-modal="true"
        aria-labelledby="popup-title"
        aria-describedby="popup-text"
        data-kind={popup.kind}
        onKeyDown={(event) => scrollByKey(event, text.current)}
      >
        <header>
          <button
            type="button"
            class="popup-return"
            aria-label="Return"
            ref={popup.button ? null : first}
            onClick={() => headUnit.host.pressReturn()}
          >
            <Icon name="returnArrow" />
          </button>
          <h2 id="popup-title">INFORMATION</h2>
          <p class="popup-sender">
            <Icon name={kindIcons[popup.kind]} />
            <span>{popup.appName}</span>
          </p>
        </header>
        <PopupText text={popup.text} box={text} />
        {popup.button && (
          <footer>
            <button type="button" class="key is-accent" ref={first} onClick={() => headUnit.host.pressOk()}>
              Ok
            </button>
          </footer>
        )}
        <div class="popup-remaining" aria-hidden="true">
          <span style={{ animationDuration: `${remaining}ms` }} />
        </div>
      </div>
    </div>
  )
}
