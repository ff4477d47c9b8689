import type { PrivacyMode } from '@pillion/schema'
import type { HeadUnit } from '../head-unit.ts'
import { Icon, type IconName } from '../icons.tsx'

/** Names of the modes as the head unit words them (W 9.2). */
export const privacyModes: Record<PrivacyMode, { icon: IconName; name: string; meaning: string }> = {
  Public: { icon: 'shared', name: 'Data & location', meaning: 'Data and position are shared' },
  Geoloc: { icon: 'dataOnly', name: 'Data', meaning: 'Data is shared, the position is not' },
  Private: { icon: 'plane', name: 'Private', meaning: 'Nothing is shared; the vehicle is offline' },
}

const connectionNames = { connected: 'Connected', connecting: 'Connecting', offline: 'Offline' }

export function StatusIcons({ headUnit }: { headUnit: HeadUnit }) {
  const view = headUnit.view.value
  const { icon, meaning } = privacyModes[view.vehicle.privacyMode]
  return (
    <>
      {view.audio !== undefined && (
        <span
          class="status-icon"
          role="img"
          aria-label="An app has the audio channel"
          title={`Audio: ${view.audio}`}
        >
          <Icon name="speaker" />
        </span>
      )}
      {view.unread > 0 && (
        <button
          type="button"
          class="status-icon status-bell"
          aria-label={`${view.unread} new notifications`}
          onClick={() => headUnit.host.openCenter()}
        >
          <Icon name="bell" />
          <b aria-hidden="true">{view.unread}</b>
        </button>
      )}
      <span class="status-icon" role="img" aria-label={meaning} title={meaning}>
        <Icon name={icon} />
      </span>
      <span
        class={`status-icon signal is-${view.connection}`}
        role="img"
        aria-label={connectionNames[view.connection]}
        title={connectionNames[view.connection]}
      >
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
          <rect x="3" y="15" width="3.6" height="5" rx="1" />
          <rect x="8" y="11.5" width="3.6" height="8.5" rx="1" />
          <rect x="13" y="8" width="3.6" height="12" rx="1" />
          <rect x="18" y="4" width="3.6" height="16" rx="1" />
          {view.connection === 'offline' && <path d="M3 4l18 17" />}
        </svg>
      </span>
    </>
  )
}
