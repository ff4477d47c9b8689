import type { Place } from '../../place.ts'
import { PartnerDetailPage } from './partner-detail.tsx'
import { PartnerList } from './partner-list.tsx'

export function Partners({ place }: { place: Place }) {
  const [uid] = place.rest
  return uid === undefined ? <PartnerList place={place} /> : <PartnerDetailPage key={uid} uid={uid} />
}
