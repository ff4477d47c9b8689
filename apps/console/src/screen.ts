import type { OperatorRole } from '@pillion/schema'
import type { ComponentType } from 'preact'
import type { IconName } from './parts/icon.tsx'
import type { Place } from './place.ts'

/** One entry of the menu and what it shows. */
export interface Screen {
  /** First part of the address: `connections` for `#/connections/…`. */
  readonly path: string
  readonly title: string
  readonly icon: IconName
  /** Least role that sees it; what it may do there is decided by each button. */
  readonly role: OperatorRole
  /** `Own`: its link stands below the menu, by one's name. */
  readonly group: 'Watch' | 'Fleet' | 'Push' | 'Server' | 'Own'
  /** After `g`, it leads here. */
  readonly key: string
  readonly View: ComponentType<{ place: Place }>
}
