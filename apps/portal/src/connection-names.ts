import type { TransportStatus } from '@pillion/host'

/** What the screen and the panel call the states of the connection. */
export const connectionNames: Readonly<Record<TransportStatus['state'], string>> = {
  connecting: 'Connecting',
  connected: 'Connected',
  waiting: 'Server away',
  refused: 'Refused',
  taken_over: 'Open elsewhere',
  offline: 'Offline',
}
