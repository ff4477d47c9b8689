import type { VehicleSignals } from '@pillion/schema'
import { connectionNames } from '../connection-names.ts'
import type { HeadUnit } from '../head-unit.ts'
import { Icon, type IconName } from '../icons.tsx'
import { useNow } from '../use-now.ts'
import { vehicleTime } from '../vehicle-time.ts'
import { AppIcon } from './app-icon.tsx'
import { modules } from './dock.tsx'
import { GuidanceChip } from './navigation/guidance-chip.tsx'
import { StatusIcons } from './status-icons.tsx'

/** The top bar of SD and HD screens: where one is, and how the vehicle stands. */
export function StatusBar({ headUnit }: { headUnit: HeadUnit }) {
  const view = headUnit.view.value
  return (
    <header class="status-bar">
      <Place headUnit={headUnit} />
      <ConnectionChip headUnit={headUnit} />
      <div class="status-right">
        <GuidanceChip headUnit={headUnit} />
        <StatusIcons headUnit={headUnit} />
        <ClockTime vehicle={view.vehicle} />
      </div>
    </header>
  )
}

/** The module or app on screen. */
export function Place({ headUnit }: { headUnit: HeadUnit }) {
  const view = headUnit.view.value
  const app = view.module === 'web' ? view.apps.find(({ idApp }) => idApp === view.app) : undefined
  const { icon, name } = placeOf(headUnit)
  return (
    <h1 class="place">
      {app ? <AppIcon key={app.idApp} app={app} /> : <Icon name={icon} />}
      <span>{app?.name ?? name}</span>
    </h1>
  )
}

function placeOf(headUnit: HeadUnit): { icon: IconName; name: string } {
  const { module, center } = headUnit.view.value
  const known = modules.find((one) => one.module === module)
  if (module !== 'web' && known) return known
  if (center.open) return { icon: 'bell', name: 'Notification center' }
  if (headUnit.settingsOpen.value) return { icon: 'settings', name: 'Settings' }
  return { icon: 'apps', name: 'Connected apps' }
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

/** The vehicle's own time (W 10.1). */
export function ClockTime({ vehicle }: { vehicle: VehicleSignals }) {
  const time = vehicleTime(vehicle, useNow())
  const format = dateFormat(vehicle.language, { hour: 'numeric', minute: '2-digit' })
  return <time class="clock">{format.format(time)}</time>
}

/** For a `vehicleTime`; a language that nobody knows reads as English. */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' })
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
  }
}
