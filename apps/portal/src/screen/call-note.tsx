import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'

/** There is no phone in here; what an app dials is shown until the user has seen it (W 10.2). */
export function CallNote({ headUnit }: { headUnit: HeadUnit }) {
  const call = headUnit.call.value
  const app = headUnit.view.value.apps.find(({ idApp }) => idApp === call?.idApp)
  return (
    <div class="call-room" role="status">
      {call && (
        <div class="call">
          <Icon name="phone" />
          <p>
            <b>{call.number}</b>
            <span>{app ? `${app.name} calls` : 'Calling'}</span>
          </p>
          <button
            type="button"
            class="key"
            onClick={() => {
              headUnit.call.value = undefined
            }}
          >
            Hang up
          </button>
        </div>
      )}
    </div>
  )
}
