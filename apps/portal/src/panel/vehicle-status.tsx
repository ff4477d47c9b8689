import { connectionNames } from '../connection-names.ts'
import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { secondsUntil, useNow } from '../use-now.ts'

/** Who is signed in where, and how the connection stands. */
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
    </header>
  )
}

function Retry({ at, headUnit }: { at: number; headUnit: HeadUnit }) {
  const seconds = secondsUntil(at, useNow())
  return (
    <button type="button" class="small" onClick={() => headUnit.connectNow()}>
      Try now{seconds > 0 && ` (${seconds} s)`}
    </button>
  )
}
