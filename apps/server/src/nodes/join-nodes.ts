import { setTimeout as wait } from 'node:timers/promises'
import type { Vin } from '@pillion/schema'
import type { Logger } from 'pino'
import { endStaleConnections, findUnheardEnds } from '../access/end-connections.ts'
import type { Parts } from '../compose.ts'
import { shareChanges } from './share-changes.ts'

const FORGET_AGAIN_MS = 5_000

/** What happens on one node is heard on the others. Returns the way to end it. */
export function joinNodes(parts: Parts, log: Logger): () => void {
  const { nodes, pushAccess, presence, broker, mailbox, fleet, credentialEnds } = parts
  if (nodes === undefined) return () => {}
  const endSharing = shareChanges({
    ...parts,
    nodes,
    async endStaleConnections() {
      await findUnheardEnds(broker, fleet, credentialEnds)
      await endStaleConnections(broker, pushAccess, log)
    },
    log,
  })
  const ends = [
    endSharing,
    nodes.onNodeGone((node) => void forgetNode(parts, node)),
    // The others took this node for gone, the things that are connected to it for offline, and kept what was for its vehicles.
    nodes.onReturn(() => {
      for (const identity of broker.listIdentities('installation')) presence.connected(identity)
      void mailbox.lookAgain(broker.listIdentities('vehicle').map(({ name }) => name as Vin))
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

/** The store may have gone with the node: nobody else would ever do it, unless the node itself comes back. */
async function forgetNode({ push, nodes, readiness }: Parts, node: string): Promise<void> {
  const isGone = () => !nodes?.listNodes().some((each) => each.node === node)
  while (isGone() && !(await push.forgetNode(node)) && readiness.isServing)
    await wait(FORGET_AGAIN_MS, undefined, { ref: false })
}
