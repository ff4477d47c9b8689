import { resolve } from 'node:path'
import type { IssuedPushApp, PushAppView } from '@pillion/schema'
import type { RunningServer } from '@pillion/server'
import type { AdminClient } from './client.ts'

const appID = 'pilliondemo'
/** Public, as every app's key is; examples/push-web and examples/push-thing have it as they would have their own. */
const appKey = 'pilliondemokey'

/** Topics of the app: only its admin makes them (P 7.4). */
const topics = [
  { topicID: 'chat', everybodySends: true },
  { topicID: 'news', everybodySends: false },
]

/** Folder of the web app that the demo serves under /examples/push/. */
export const pushExample = resolve(import.meta.dirname, '../../../examples/push-web')

export interface PushDemo {
  readonly appID: string
  readonly pageUrl: string
}

/** Makes sure that the push app of the demo exists with its topics. */
export async function preparePushDemo(server: RunningServer, client: AdminClient): Promise<PushDemo> {
  const apps = await client.get<PushAppView[]>('/push-apps')
  if (!apps.some((app) => app.appID === appID))
    await client.post<IssuedPushApp>('/push-apps', { appID, appKey })
  await prepareTopics(server)
  return { appID, pageUrl: `${client.url}/examples/push/` }
}

async function prepareTopics({ push }: RunningServer): Promise<void> {
  const app = await push.apps.find(appID)
  // Somebody may have removed or disabled it on purpose.
  if (app === undefined || app.isDisabled) return
  const caller = { app, principal: { kind: 'admin' } } as const
  const scope = { kind: 'app', id: '' } as const
  const { topicIDs } = await push.topics.list(caller, scope)
  for (const { topicID, everybodySends } of topics) {
    if (topicIDs.includes(topicID)) continue
    await push.topics.create(caller, scope, topicID)
    if (!everybodySends) continue
    const topic = { kind: 'topic', scope, name: topicID } as const
    await push.accessLists.put(caller, topic, 'SEND_MESSAGE_TO_TOPIC', 'UserID:ANY_AUTHENTICATED_USER')
  }
}
