import type { Connection } from '../connection.ts'
import type { SeenRefusal } from '../ports/refusal-listener.ts'

type What = Pick<SeenRefusal, 'packet' | 'topic' | 'reason' | 'text'>

/** Tells whoever wants to know. `name`: of one who has not signed in. */
export function noteRefusal(
  { core, identity, clientId, listener, transport }: Connection,
  what: What,
  name = identity.name,
): void {
  core.refusals?.refused({ ...what, name, clientId, listener, address: transport.remoteAddress })
}
