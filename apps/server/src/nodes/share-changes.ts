import type { AccountChange, Accounts } from '@pillion/accounts'
import type { Fleet, FleetChange } from '@pillion/fleet'
import type { LevelChanges } from '@pillion/ledger'
import type { EndConnections } from '@pillion/push'
import type { NatsNodes } from '@pillion/relay-nats'
import type { Logger } from 'pino'
import { LEVELS_NOTICE, type SharedLevels } from '../ledger/shared-levels.ts'
import type { InstalledApps } from '../packages/installed-apps.ts'
import { Reread } from './reread.ts'

/** Beyond, nobody is named and every vehicle may be concerned: a notice is short. */
const VINS_MAX = 1_000
/** While NATS is away, what others change is looked for in the store. */
const LOOK_MILLISECONDS = 10_000

export interface SharedChanges {
  readonly nodes: Pick<NatsNodes, 'notices' | 'onState'>
  readonly fleet: Fleet
  readonly accounts: Accounts
  readonly levels: SharedLevels
  /** Ends connections of this node. */
  readonly endConnections: EndConnections
  /** Ends those of this node that somebody may have ended unheard. */
  readonly endStaleConnections: () => Promise<void>
  readonly log: Logger
}

/** Names, not places: in a JSON array a subject that is undefined would come back as null. */
interface Ended {
  readonly appID: Parameters<EndConnections>[0]
  readonly subject: Parameters<EndConnections>[1]
  readonly text: string
}

/**
 * What one node changes in the store takes effect on all of them: each tells the others, and reads everything again when it
 * may have missed something. Returns the way to end it.
 */
export function shareChanges(parts: SharedChanges): () => void {
  const { nodes, fleet, accounts, levels, log } = parts
  const { notices } = nodes
  const reread = new Reread(async () => {
    await accounts.changedElsewhere()
    await levels.readAgain()
    await parts.endStaleConnections()
  }, log)
  const readAgain = () => {
    fleet.changedElsewhere({})
    reread.start()
  }

  const endFleet = fleet.onChange(({ isElsewhere, ...change }) => {
    const isLong = (change.vins?.length ?? 0) > VINS_MAX
    if (!isElsewhere) notices.tell('fleet', isLong ? { ...change, vins: undefined } : change)
  })
  const endAccounts = accounts.onChange(({ isElsewhere, ...change }) => {
    if (!isElsewhere) notices.tell('account', change)
  })
  const endNotices = notices.listen({
    notice(subject, body) {
      if (subject === 'fleet') fleet.changedElsewhere(body as FleetChange)
      else if (subject === 'account')
        accounts.changedElsewhere(body as AccountChange).catch(() => reread.start())
      else if (subject === LEVELS_NOTICE) levels.changedElsewhere(body as LevelChanges)
      else if (subject === 'push-ended') endHere(parts, body as Ended)
      else log.warn({ subject }, 'a notice of another node is of no kind that this version knows')
    },
    missed: readAgain,
  })
  let looking: NodeJS.Timeout | undefined
  const endState = nodes.onState((state) => {
    clearInterval(looking)
    if (state === 'away') looking = setInterval(readAgain, LOOK_MILLISECONDS).unref()
  })
  // What was told before anybody listened was told for nothing.
  readAgain()
  return () => {
    clearInterval(looking)
    reread.end()
    for (const end of [endFleet, endAccounts, endNotices, endState]) end()
  }
}

/** Ends the connections of somebody on every node. */
export function endOnEveryNode(endConnections: EndConnections, nodes: NatsNodes | undefined): EndConnections {
  return (appID, subject, text) => {
    endConnections(appID, subject, text)
    nodes?.notices.tell('push-ended', { appID, subject, text } satisfies Ended)
  }
}

function endHere({ endConnections }: SharedChanges, { appID, subject, text }: Ended): void {
  endConnections(appID, subject, text)
}

/** What other nodes install is served here, too. */
export function followInstallations(fleet: Fleet, installedApps: InstalledApps): void {
  fleet.onChange(({ isElsewhere, idApp, vins }) => {
    // With vehicles alone it is about who is subscribed to what.
    if (isElsewhere && (idApp !== undefined || vins === undefined)) installedApps.changedElsewhere(idApp)
  })
}
