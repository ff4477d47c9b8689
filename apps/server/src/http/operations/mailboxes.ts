import { FleetError, type Mailbox, type MailboxName } from '@pillion/fleet'
import {
  type EmptiedMailbox,
  type IdApp,
  MailboxEmptying,
  type MailboxPage,
  PageQuery,
  parseIdApp,
  parseVin,
  type Vin,
} from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { toText } from './credentials.ts'
import { readCount } from './read-count.ts'

export interface MailboxParts {
  readonly mailbox: Mailbox
  readonly log: Logger
}

/** What waits for head units that are away, by vehicle and app; never what it says. */
export function addMailboxRoutes(surface: FastifyInstance, { mailbox, log }: MailboxParts): void {
  surface.get<{ Querystring: PageQuery }>(
    '/mailboxes',
    { schema: { querystring: PageQuery } },
    async ({ query }): Promise<MailboxPage> => {
      const after = parseCursor(query.cursor)
      const { mailboxes, next } = await mailbox.list({
        search: query.search ?? '',
        after,
        count: readCount(query),
      })
      return {
        mailboxes: mailboxes.map(({ oldestAt, ...each }) => ({ ...each, oldestAt: toText(oldestAt) })),
        ...(next !== undefined && { next: `${next.vin} ${next.idApp}` }),
      }
    },
  )

  surface.delete<{ Params: { vin: string }; Querystring: MailboxEmptying }>(
    '/mailboxes/:vin',
    { config: { role: 'operator', action: 'mailbox.empty' }, schema: { querystring: MailboxEmptying } },
    async ({ params, query }): Promise<EmptiedMailbox> => {
      const { vin, idApp } = parseName(params.vin, query.idApp)
      const messages = await mailbox.empty(vin, idApp)
      log.info({ vin, idApp, messages }, 'mailbox emptied by the operator')
      return { messages }
    },
  )
}

function parseCursor(cursor = ''): MailboxName | undefined {
  const [vin, idApp] = cursor.split(' ')
  return cursor === '' ? undefined : { vin: vin as Vin, idApp: (idApp ?? '') as IdApp }
}

function parseName(vinText: string, idAppText: string | undefined): { vin: Vin; idApp: IdApp | undefined } {
  const vin = parseVin(vinText)
  if (vin === undefined) throw new FleetError('VIN_MALFORMED', `Got ${JSON.stringify(vinText.slice(0, 80))}.`)
  const idApp = parseIdApp(idAppText)
  if (idAppText !== undefined && idApp === undefined)
    throw new FleetError('ID_APP_MALFORMED', `Got ${JSON.stringify(idAppText.slice(0, 80))}.`)
  return { vin, idApp }
}
