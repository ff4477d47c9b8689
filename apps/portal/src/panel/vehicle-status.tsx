import type { HostView } from '@pillion/host'
import { limits } from '@pillion/schema'
import { connectionNames } from '../connection-names.ts'
import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { secondsUntil, useNow } from '../use-now.ts'

/** Who is signed in where, how the connection stands, and which popups there are. */
export function VehicleStatus({ headUnit, signOut }: { headUnit: HeadUnit; signOut: () => void }) {
  const status = headUnit.status.value
  return (
    <header class="vehicle-status">
      <div class="vehicle-name">
        <p>
          <span class="label">Signed in as</span>
          <b>{headUnit.view.value.vin}</b>
        </p>
        <button type="button" class="small" onClick={signOut}>
          <Icon name="leave" /> Sign out
        </button>
      </div>
      <p class={`connection is-${status.state}`} role="status">
        <span class="lamp" aria-hidden="true" />
        <b>{connectionNames[status.state]}</b>
        <span class="connection-text">{status.text}</span>
        {status.retryAt !== undefined && <Retry at={status.retryAt} headUnit={headUnit} />}
      </p>
      <p
        class="row popups"
        title={`At most ${limits.popupQueueMax} at a time, one every ${limits.popupSpacingSeconds} s`}
      >
        <span class="label">Popups</span>
        <span>{describePopups(headUnit.view.value)}</span>
      </p>
    </header>
  )
}

/** A popup counts until it is closed; when the queue is full the next one is refused (W 7.1). */
function describePopups({ popup, popupsOutstanding }: HostView): string {
  const waiting = popupsOutstanding - (popup ? 1 : 0)
  const parts = [
    ...(popup ? ['1 on screen'] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(popupsOutstanding >= limits.popupQueueMax ? ['full'] : []),
  ]
  return parts.join(' · ') || 'none'
}

function Retry({ at, headUnit }: { at: number; headUnit: HeadUnit }) {
  const seconds = secondsUntil(at, useNow())
  return (
    <button type="button" class="small" onClick={() => headUnit.connectNow()}>
      Try now{seconds > 0 && ` (${seconds} s)`}
    </button>
  )
}
