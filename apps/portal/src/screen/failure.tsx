import type { HostView } from '@pillion/host'
import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { useDialogFocus } from '../use-dialog-focus.ts'

interface FailureProps {
  readonly failure: NonNullable<HostView['failure']>
  readonly headUnit: HeadUnit
}

/**
 * An app did not start in time (W 4.2 row 4), or its frame shows nothing of it any more. Aside: another app is on screen and
 * is not to be covered.
 */
export function Failure({ isAside, ...props }: FailureProps & { readonly isAside: boolean }) {
  return isAside ? <FailureNote {...props} /> : <FailureDialog {...props} />
}

function FailureNote({ failure, headUnit }: FailureProps) {
  return (
    <div class="failure-note" role="status">
      <Icon name="warning" />
      <p>{failure.text}</p>
      <button type="button" class="key" onClick={() => headUnit.host.dismissFailure()}>
        Close
      </button>
    </div>
  )
}

function FailureDialog({ failure, headUnit }: FailureProps) {
  const first = useDialogFocus<HTMLButtonElement>()
  return (
    <div
      class="overlay failure"
      role="alertdialog"
      aria-labelledby="failure-title"
      aria-describedby="failure-text"
    >
      <span class="overlay-icon is-warning">
        <Icon name="warning" />
      </span>
      <h2 id="failure-title">The app was closed</h2>
      <p id="failure-text">{failure.text}</p>
      <div class="overlay-buttons">
        <button
          type="button"
          class="key is-accent"
          ref={first}
          onClick={() => headUnit.host.openApp(failure.idApp)}
        >
          Try again
        </button>
        <button type="button" class="key" onClick={() => headUnit.host.dismissFailure()}>
          Close
        </button>
      </div>
    </div>
  )
}
