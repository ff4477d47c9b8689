import { MessageQuery, type MessageRecord, type OwnMessagePage } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { AllMessages } from '../../ledger/all-messages.ts'
import type { SharedLevels } from '../../ledger/shared-levels.ts'
import { ApiError } from '../problems.ts'
import { findMessage } from './find-message.ts'
import { readMessageQuery } from './read-query.ts'

export interface OwnMessageParts {
  readonly messages: AllMessages
  readonly levels: SharedLevels
}

/**
 * What became of the messages of the partner that asks, and of no others: its UID may have been another's before it was added.
 */
export function addOwnMessageRoutes(surface: FastifyInstance, { messages, levels }: OwnMessageParts): void {
  surface.get(
    '/messages',
    { attachValidation: true, schema: { querystring: MessageQuery } },
    async ({ query, partner }): Promise<OwnMessagePage> => {
      const { uid, createdAt } = partner
      const asked = readMessageQuery(query)
      if (asked.uid !== undefined && asked.uid !== uid)
        throw new ApiError('MESSAGE_QUERY_MALFORMED', `uid: only your own messages are shown, of ${uid}.`)
      const found = await messages.search({ ...asked, uid, since: Math.max(asked.since ?? 0, createdAt) })
      return {
        messages: [...found.messages],
        ...(found.next !== undefined && { next: found.next }),
        isSampled: found.passedOver > 0,
        silentNodes: [...found.silentNodes],
        ...(found.isStoreSilent && { isStoreSilent: true }),
      }
    },
  )

  surface.get<{ Params: { id: string } }>('/messages/:id', ({ params, partner }): Promise<MessageRecord> => {
    return findMessage({ messages, levels: levels.view }, params.id, partner)
  })
}
