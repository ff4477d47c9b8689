import { connectionNames } from '../connection-names.ts'
import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { useNow } from '../use-now.ts'
import { AppIcon } from './app-icon.tsx'
import { modules } from './dock.tsx'
import { StatusIcons } from './status-icons.tsx'

/** The top bar of SD and HD screens: where one is, and how the vehicle stands. */
export function StatusBar({ headUnit }: { headUnit: HeadUnit }) {
  const view = headUnit.view.value
  return (
    <header class="status-bar">
      <Place headUnit={headUnit} />
      <ConnectionChip headUnit={headUnit} />
      <div class="status-right">
        <span class="temperature">21 °C</span>
        <StatusIcons view={view} />
        <ClockTime language={view.vehicle.language} />
      </div>
    </header>
  )
}

/** The module or app on screen. */
export function Place({ headUnit }: { headUnit: HeadUnit }) {
  const view = headUnit.view.value
  const app = view.module === 'web' ? view.apps.find(({ idApp }) => idApp === view.app) : undefined
  const module = modules.find((known) => known.module === view.module)
  return (
    <h1 class="place">
      {app ? <AppIcon key={app.idApp} app={app} /> : module && <Icon name={module.icon} />}
      <span>{app?.name ?? (view.module === 'web' ? 'Connected apps' : module?.name)}</span>
    </h1>
  )
}

/** Only when something is wrong with the connection. */
export function ConnectionChip({ headUnit }: { headUnit: HeadUnit }) {
  const { connection, vehicle } = headUnit.view.value
  const text =
    connection === 'connected'
      ? undefined
      : vehicle.privacyMode === 'Private'
        ? 'Private mode'
        : !vehicle.network
          ? 'No network'
          : connectionNames[headUnit.status.value.state]
  return (
    <div class="chip-room" role="status">
      {text && <span class="chip">{text}</span>}
    </div>
  )
}

export function ClockTime({ language }: { language: string }) {
  const now = useNow()
  const time = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }).format(now)
  return <time class="clock">{time}</time>
}
