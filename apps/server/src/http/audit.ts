import { type AuditCheck, type AuditPage, AuditSearch } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { AuditLog } from '../audit/audit-log.ts'
import { ApiError } from './problems.ts'

const COUNT_DEFAULT = 100
const COUNT_MAX = 500

/** What was done, and whether the record is whole. It names people and addresses, so it is for admins. */
export function addAuditRoutes(surface: FastifyInstance, { audit }: { readonly audit: AuditLog }): void {
  surface.get<{ Querystring: AuditSearch }>(
    '/audit',
    { schema: { querystring: AuditSearch }, config: { role: 'admin' } },
    async ({ query }): Promise<AuditPage> => {
      const count = readNumber('count', query.count, COUNT_MAX) ?? COUNT_DEFAULT
      const before = readNumber('before', query.before, Number.MAX_SAFE_INTEGER)
      const { actor, action, target } = query
      const entries = await audit.search({
        before,
        count: count + 1,
        actor,
        action,
        target,
        since: readTime(query.since),
      })
      const page = entries.slice(0, count)
      const next = entries.length > count ? page.at(-1)?.number : undefined
      return { entries: page, ...(next === undefined ? {} : { next }) }
    },
  )

  surface.get('/audit/check', { config: { role: 'admin' } }, (): Promise<AuditCheck> => audit.check())
}

/** In an address everything is text. */
function readNumber(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined
  const number = /^\d{1,16}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= max) return number
  throw new ApiError('REQUEST_MALFORMED', `${name} must be a whole number, 1 to ${max}.`)
}

function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = Date.parse(text)
  if (!Number.isNaN(time)) return time
  throw new ApiError('REQUEST_MALFORMED', 'since must be a time, such as 2026-01-31T12:00:00Z.')
}
