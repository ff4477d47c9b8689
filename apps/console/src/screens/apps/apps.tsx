import type { Place } from '../../place.ts'
import { AppDetailPage } from './app-detail.tsx'
import { AppList } from './app-list.tsx'

export function Apps({ place }: { place: Place }) {
  const [idApp] = place.rest
  return idApp === undefined ? <AppList place={place} /> : <AppDetailPage key={idApp} idApp={idApp} />
}
