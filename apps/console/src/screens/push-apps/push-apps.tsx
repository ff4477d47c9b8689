import type { Place } from '../../place.ts'
import { PushAppDetail } from './push-app-detail.tsx'
import { PushAppList } from './push-app-list.tsx'

export function PushApps({ place }: { place: Place }) {
  const [appID] = place.rest
  if (appID === undefined) return <PushAppList place={place} />
  return <PushAppDetail key={appID} appID={appID} place={place} />
}
