import type { AppView } from '@pillion/host'
import { AppIcon } from './app-icon.tsx'

/** Until the app has announced itself, or has come back after an update (W 4.2 rows 2, 11). */
export function Loading({ app }: { app: AppView }) {
  return (
    <div class="overlay loading" role="status">
      <span class="loading-ring">
        <AppIcon app={app} />
      </span>
      <p>Starting {app.name}…</p>
    </div>
  )
}
