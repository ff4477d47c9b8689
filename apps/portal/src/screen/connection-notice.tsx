import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { useDialogFocus } from '../use-dialog-focus.ts'

/** The connection ended in a way that waiting will not mend: the vehicle is open elsewhere, or its password no longer holds. */
export function ConnectionNotice({ headUnit }: { headUnit: HeadUnit }) {
  const first = useDialogFocus<HTMLButtonElement>()
  const { state, text } = headUnit.status.value
  const elsewhere = state === 'taken_over'
  return (
    <div class="overlay notice" role="alertdialog" aria-modal="true" aria-labelledby="notice-title">
      <span class="overlay-icon is-warning">
        <Icon name={elsewhere ? 'elsewhere' : 'key'} />
      </span>
      <h2 id="notice-title">
        {elsewhere ? 'This vehicle is open elsewhere' : 'The server refused the connection'}
      </h2>
      <p>
        {elsewhere
          ? 'A vehicle has one connection at a time. Another head unit uses it now, in another window or on another machine.'
          : text}
      </p>
      <div class="overlay-buttons">
        <button type="button" class="key is-accent" ref={first} onClick={() => headUnit.connectNow()}>
          {elsewhere ? 'Use here' : 'Try again'}
        </button>
      </div>
    </div>
  )
}
