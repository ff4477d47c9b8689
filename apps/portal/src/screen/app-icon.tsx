import type { VehicleApp } from '@pillion/schema'
import { useState } from 'preact/hooks'

/** The app's icon; if it has none, or it does not load, its initial on a colour of its own. */
export function AppIcon({ app }: { app: Pick<VehicleApp, 'idApp' | 'name' | 'icon'> }) {
  const [broken, setBroken] = useState<string>()
  if (app.icon && app.icon !== broken) {
    return (
      <img class="app-icon" src={app.icon} alt="" draggable={false} onError={() => setBroken(app.icon)} />
    )
  }
  const style = { '--hue': String(hueOf(app.idApp)) }
  return (
    <span class="app-icon is-generic" style={style} aria-hidden="true">
      {[...app.name.trim()][0]?.toUpperCase() ?? '?'}
    </span>
  )
}

/** Degrees on the colour wheel, the same for an app on every visit. */
function hueOf(idApp: string): number {
  let hash = 0
  for (const character of idApp) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return (hash * 137) % 360
}
