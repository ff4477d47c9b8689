import type { ConnectionView } from '@pillion/schema'
import { count } from './count.ts'
import { escapeControls } from './output.ts'

const NAMED_MAX = 10

/** Who would drop: how many, and the first of them. */
export function describeConnections(connections: readonly ConnectionView[], total: number): string {
  if (total === 0) return 'Nobody is connected with it now.'
  const named = connections.slice(0, NAMED_MAX).map(describeConnection)
  const more = total - named.length
  const rest = more > 0 ? `, and ${more} more` : ''
  return `${count(total, 'connection')} will end: ${named.join(', ')}${rest}.`
}

function describeConnection({ name, clientId, address, listener }: ConnectionView): string {
  return `${escapeControls(name)} (${escapeControls(clientId)}, ${address}, ${listener})`
}
