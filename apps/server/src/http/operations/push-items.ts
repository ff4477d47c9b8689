import { type DirectoryPage, type Push, PushError, parseScopeKey, scopeUri, type Target } from '@pillion/push'
import { PageQuery, type PushItemPage } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import { toView as toInstallation } from '../push/installations.ts'
import { toView as toThing } from '../push/things.ts'
import { toFullView as toUser } from '../push/users.ts'
import { toText } from './credentials.ts'
import { readCount } from './read-count.ts'

export interface PushItemParts {
  readonly push: Push
}

interface Query {
  readonly search: string
  readonly cursor: string | undefined
  readonly count: number
}

/** What users and things have in a push app, for its operator to look through. */
export function addPushItemRoutes(surface: FastifyInstance, { push }: PushItemParts): void {
  const { directory } = push
  const lists: Record<string, (appID: string, query: Query) => Promise<PushItemPage>> = {
    users: async (appID, query) => toPage(await directory.users(appID, query), toUser),
    things: async (appID, query) => toPage(await directory.things(appID, query), toThing),
    installations: async (appID, query) =>
      toPage(await directory.installations(appID, query), toInstallation),
    topics: async (appID, query) => toPage(await directory.targets(appID, 'topic', query), toTarget),
    buckets: async (appID, query) => toPage(await directory.targets(appID, 'bucket', query), toTarget),
  }
  for (const [name, list] of Object.entries(lists)) {
    surface.get<{ Params: { appID: string }; Querystring: PageQuery }>(
      `/push-apps/:appID/${name}`,
      { schema: { querystring: PageQuery } },
      async ({ params, query }): Promise<PushItemPage> => {
        const app = await push.apps.find(params.appID)
        if (app === undefined) throw new PushError('APP_NOT_FOUND', `Push app ${params.appID}; add it first.`)
        return list(app.appID, {
          search: query.search ?? '',
          cursor: query.cursor,
          count: readCount(query),
        })
      },
    )
  }
}

function toPage<Row>({ items, next }: DirectoryPage<Row>, toItem: (row: Row) => object): PushItemPage {
  return { items: items.map((row) => ({ ...toItem(row) })), ...(next !== undefined && { next }) }
}

function toTarget({ kind, name, scope, creator, createdAt }: Target): object {
  const parsed = parseScopeKey(scope)
  return {
    [kind === 'topic' ? 'topicID' : 'bucketID']: name,
    scope: parsed.kind,
    ...(parsed.kind !== 'app' && { [`${parsed.kind}ID`]: parsed.id }),
    uri: `${scopeUri(parsed)}${kind === 'topic' ? 'topics' : 'buckets'}/${name}`,
    ...(creator !== undefined && { creator }),
    createdAt: toText(createdAt),
  }
}
