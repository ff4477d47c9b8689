import type { AppState, OfferGap } from '@pillion/host'
import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { AppIcon } from '../screen/app-icon.tsx'
import { FileButton } from './file-drop.tsx'

const stateNames: Record<AppState, string> = {
  installed: 'not running',
  loading: 'loading',
  foreground: 'foreground',
  background: 'background',
  unloaded: 'going',
}

const gapNames: Record<OfferGap, string> = {
  country: 'not offered in this country',
  brand: 'not offered in this brand',
  device: 'not offered on this head unit (wave)',
}

/** Every app of the vehicle with its state (W 4.2) and what waits for it (W 6.2). */
export function Apps({ headUnit, install }: { headUnit: HeadUnit; install: (archive: File) => void }) {
  return (
    <>
      <List headUnit={headUnit} />
      <NotOffered headUnit={headUnit} />
      <p class="buttons">
        <FileButton label="Install package…" accept=".tar.gz,.tgz,.gz,.zip" take={install} />
        <span class="hint">or drop it here</span>
      </p>
    </>
  )
}

function List({ headUnit }: { headUnit: HeadUnit }) {
  const { apps, notOffered } = headUnit.view.value
  if (apps.length + notOffered.length === 0) return <p class="hint">None yet.</p>
  return (
    <ul class="apps">
      {apps.map((app) => (
        <li key={app.idApp} data-state={app.state}>
          <AppIcon app={app} />
          <p>
            <b>{app.idApp}</b>
            <span>
              {stateNames[app.state]}
              {app.pending > 0 && ` · ${app.pending} pending`}
              {!app.drivingMode && ' · not while driving'}
            </span>
          </p>
          <button
            type="button"
            class="small"
            aria-label={`${app.state === 'installed' ? 'Start' : 'Reload'} ${app.name}`}
            title={app.state === 'installed' ? 'Start' : 'Unload and start again'}
            onClick={() => headUnit.host.reloadApp(app.idApp)}
          >
            <Icon name={app.state === 'installed' ? 'play' : 'reload'} />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Subscribed, but not on the wall (W 11.2): whoever looks for one finds out why. */
function NotOffered({ headUnit }: { headUnit: HeadUnit }) {
  const { notOffered } = headUnit.view.value
  if (notOffered.length === 0) return null
  return (
    <ul class="apps is-not-offered">
      {notOffered.map(({ idApp, gap }) => (
        <li key={idApp}>
          <p>
            <b>{idApp}</b>
            <span>{gapNames[gap]}</span>
          </p>
        </li>
      ))}
    </ul>
  )
}
