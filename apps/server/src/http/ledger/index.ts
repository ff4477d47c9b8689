import type { Fleet } from '@pillion/fleet'
import { FleetError } from '@pillion/fleet'
import { type Push, PushError } from '@pillion/push'
import {
  type LedgerLevels,
  LedgerLevelsUpdate,
  type MessagePage,
  MessageQuery,
  type MessageRecord,
  parseUid,
  type TopicView,
} from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { AllMessages } from '../../ledger/all-messages.ts'
import type { LiveMessages } from '../../ledger/live-messages.ts'
import type { SharedLevels } from '../../ledger/shared-levels.ts'
import type { Limits } from '../../limits.ts'
import { addLineRoute, LineStream } from '../line-stream.ts'
import { findMessage } from './find-message.ts'
import { readMessageQuery } from './read-query.ts'

export interface LedgerParts {
  readonly messages: AllMessages
  readonly liveMessages: LiveMessages
  readonly levels: SharedLevels
  readonly fleet: Pick<Fleet, 'findPartner'>
  readonly push: { readonly apps: Pick<Push['apps'], 'find'> }
  readonly limits: Pick<Limits, 'streamBytesMax'>
  readonly log: Logger
}

/** What became of messages, and how much is recorded of whose; registered under `/admin/v1`. */
export function addLedgerRoutes(surface: FastifyInstance, parts: LedgerParts): void {
  const { messages, levels } = parts
  surface.get(
    '/messages',
    // What is wrong with a query is told by its own code.
    { attachValidation: true, schema: { querystring: MessageQuery } },
    async ({ query }): Promise<MessagePage> => {
      const {
        messages: found,
        next,
        recorded,
        passedOver,
        silentNodes,
        isStoreSilent,
      } = await messages.search(readMessageQuery(query))
      return {
        messages: [...found],
        ...(next !== undefined && { next }),
        recorded,
        passedOver,
        silentNodes: [...silentNodes],
        ...(isStoreSilent && { isStoreSilent }),
      }
    },
  )

  surface.get<{ Params: { id: string } }>('/messages/:id', ({ params }): Promise<MessageRecord> => {
    return findMessage({ messages, levels: levels.view }, params.id)
  })

  addLineRoute(surface, '/messages/live', async (_params, reply) => openLiveStream(parts, reply))

  surface.get<{ Querystring: { prefix?: string } }>(
    '/topics',
    { schema: { querystring: topicQuery } },
    ({ query }): Promise<TopicView[]> => messages.topics(query.prefix ?? ''),
  )
  addLevelRoutes(surface, parts)
}

const topicQuery = {
  type: 'object',
  properties: { prefix: { type: 'string', maxLength: 1_024 } },
  additionalProperties: false,
}

async function openLiveStream(
  { liveMessages, limits, log }: LedgerParts,
  reply: ConstructorParameters<typeof LineStream>[0],
): Promise<LineStream> {
  let stream: LineStream | undefined
  const end = await liveMessages.follow((record) => void stream?.write(JSON.stringify(record)))
  stream = new LineStream(reply, limits.streamBytesMax)
  stream.onClose(({ dropped }) => {
    end()
    if (dropped > 0) log.warn({ dropped }, 'a reader of the live messages did not keep up')
  })
  return stream
}

function addLevelRoutes(surface: FastifyInstance, parts: LedgerParts): void {
  const { levels, log } = parts
  surface.get('/ledger-levels', async (): Promise<LedgerLevels> => levels.view)

  surface.put<{ Body: LedgerLevelsUpdate }>(
    '/ledger-levels',
    { schema: { body: LedgerLevelsUpdate }, config: { role: 'admin', action: 'ledger.set' } },
    async ({ body }): Promise<LedgerLevels> => {
      await requireKnown(parts, body)
      const changed = await levels.change(body)
      log.info({ ...body }, 'levels of the ledger changed')
      return changed
    },
  )
}

/** Of a name that is spelt wrong, nobody would notice the level. Going back to the default is for any. */
async function requireKnown({ fleet, push }: LedgerParts, update: LedgerLevelsUpdate): Promise<void> {
  for (const uidText of namesOf(update.partners)) {
    const uid = parseUid(uidText)
    if (uid === undefined || (await fleet.findPartner(uid)) === undefined)
      throw new FleetError('PARTNER_NOT_FOUND', `UID ${uidText.slice(0, 80)}; nothing was changed.`)
  }
  for (const appID of namesOf(update.pushApps)) {
    if ((await push.apps.find(appID)) === undefined)
      throw new PushError('APP_NOT_FOUND', `Push app ${appID.slice(0, 80)}; nothing was changed.`)
  }
}

function namesOf(levels: Readonly<Record<string, string | null>> = {}): string[] {
  return Object.entries(levels).flatMap(([name, level]) => (level === null ? [] : [name]))
}
