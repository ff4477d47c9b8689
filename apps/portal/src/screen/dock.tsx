import type { Module } from '@pillion/host'
import type { HeadUnit } from '../head-unit.ts'
import { Icon, type IconName } from '../icons.tsx'

export const modules: readonly { module: Module; name: string; icon: IconName }[] = [
  { module: 'navigation', name: 'Navigation', icon: 'navigation' },
  { module: 'media', name: 'Media', icon: 'media' },
  { module: 'web', name: 'Apps', icon: 'apps' },
]

/** The bottom bar: back at the left, modules and Home, reload at the right (W 11.5). */
export function Dock({ headUnit }: { headUnit: HeadUnit }) {
  const { host } = headUnit
  const view = headUnit.view.value
  const app = view.module === 'web' ? view.app : undefined
  const canGoBack =
    view.module === 'web' && (app !== undefined || view.center.open || headUnit.settingsOpen.value)
  return (
    <nav class="dock" aria-label="Head unit">
      <DockButton icon="back" label="Back" disabled={!canGoBack} press={() => headUnit.pressBack()} />
      <DockButton icon="home" label="Home" press={() => headUnit.pressHome()} />
      <div class="dock-modules">
        {modules.map(({ module, name, icon }) => (
          <button
            type="button"
            key={module}
            class="dock-module"
            aria-current={view.module === module ? 'true' : undefined}
            onClick={() => host.showModule(module)}
          >
            <Icon name={icon} />
            <span>{name}</span>
          </button>
        ))}
      </div>
      <DockButton
        icon="reload"
        label={app === undefined ? 'Refresh the wall' : 'Reload the app'}
        press={() => (app === undefined ? headUnit.refresh() : host.reloadApp(app))}
      />
    </nav>
  )
}

interface DockButtonProps {
  readonly icon: IconName
  readonly label: string
  readonly disabled?: boolean
  readonly press: () => void
}

function DockButton({ icon, label, disabled = false, press }: DockButtonProps) {
  return (
    <button
      type="button"
      class="dock-button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  )
}
