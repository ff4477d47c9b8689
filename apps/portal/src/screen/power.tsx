import { Icon } from '../icons.tsx'
import { useDialogFocus } from '../use-dialog-focus.ts'

/** Apps have the time that is left to save what they must (W 9.5). */
export function ShuttingDown() {
  return (
    <div class="overlay power" role="status">
      <span class="overlay-icon">
        <Icon name="power" />
      </span>
      <h2>See you soon</h2>
      <p>The head unit is switching off.</p>
    </div>
  )
}

/** Nothing runs any more; the screen is dark. */
export function SwitchedOff({ switchOn }: { switchOn: () => void }) {
  const first = useDialogFocus<HTMLButtonElement>()
  return (
    <div class="overlay power is-off">
      <button type="button" class="power-button" aria-label="Switch on" ref={first} onClick={switchOn}>
        <Icon name="power" />
      </button>
    </div>
  )
}
