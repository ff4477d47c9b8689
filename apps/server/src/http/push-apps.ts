import type { Broker } from '@pillion/broker'
import { type Push, type PushApp, PushError } from '@pillion/push'
import {
  type AcceptedPushMessage,
  type IssuedPushApp,
  NewClientSecret,
  NewPushApp,
  NewPushMessage,
  PushAppUpdate,
  type PushAppView,
  type RotatedPushApp,
} from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { SharedLevels } from '../ledger/shared-levels.ts'
import type { Limits } from '../limits.ts'
import { type BoundListener, reachableAddress } from '../listeners/bound-listener.ts'
import type { AnswersByKey } from './answers-by-key.ts'
import { addLineRoute } from './line-stream.ts'
import { sendAsAdmin } from './push-address.ts'
import { streamDeliveries } from './push-deliveries.ts'
import { sendMade } from './send-made.ts'

export interface PushAppParts {
  readonly push: Push
  readonly broker: Broker
  readonly limits: Limits
  readonly bound: readonly BoundListener[]
  readonly names: readonly string[]
  readonly answers: AnswersByKey
  readonly levels: SharedLevels
  readonly log: Logger
}

interface Named {
  Params: { appID: string }
}

const defaultOverlapSeconds = 86_400

/** Push apps as the operator sees them: their identity, never what their users keep in them. */
export function addPushAppRoutes(surface: FastifyInstance, parts: PushAppParts): void {
  const { push, log, answers, levels } = parts
  surface.get('/push-apps', async (): Promise<PushAppView[]> => {
    const apps = await push.apps.list()
    return apps.map((app) => toView(app, parts))
  })

  surface.post<{ Body: NewPushApp }>(
    '/push-apps',
    { schema: { body: NewPushApp }, config: { role: 'admin', action: 'push-app.add' } },
    (request, reply) =>
      sendMade(answers, request, reply, async (): Promise<IssuedPushApp> => {
        const { app, clientSecret } = await push.apps.add(request.body)
        await levels.forget('pushApps', app.appID)
        log.info({ appID: app.appID }, 'push app added')
        return { ...toView(app, parts), clientSecret }
      }),
  )

  surface.patch<Named & { Body: PushAppUpdate }>(
    '/push-apps/:appID',
    { schema: { body: PushAppUpdate }, config: { role: 'admin', action: 'push-app.update' } },
    async ({ params, body }): Promise<PushAppView> => {
      const app = await push.apps.change(params.appID, body)
      // The key is no secret, but a log is not where to look for it.
      log.info(
        { appID: app.appID, changed: Object.keys(body), isDisabled: app.isDisabled },
        'push app changed',
      )
      return toView(app, parts)
    },
  )

  surface.delete<Named>(
    '/push-apps/:appID',
    { config: { role: 'admin', action: 'push-app.remove' } },
    async ({ params }): Promise<PushAppView> => {
      const app = await requireApp(push, params.appID)
      await push.apps.remove(app.appID)
      await levels.forget('pushApps', app.appID)
      log.info({ appID: app.appID }, 'push app removed with everything in it')
      return toView(app, parts)
    },
  )

  surface.post<Named & { Body: NewClientSecret }>(
    '/push-apps/:appID/secret',
    { schema: { body: NewClientSecret }, config: { role: 'admin', action: 'push-app.rotate' } },
    async ({ params, body }): Promise<RotatedPushApp> => {
      const { overlapSeconds = defaultOverlapSeconds } = body
      const { app, clientSecret, replacedEndsAt } = await push.apps.rotateSecret(params.appID, overlapSeconds)
      const { appID, clientID } = app
      log.info({ appID, replacedEndsAt }, 'client secret of a push app replaced')
      return { appID, clientID, clientSecret, replacedEndsAt: new Date(replacedEndsAt).toISOString() }
    },
  )
  addMessageRoutes(surface, parts)
}

function addMessageRoutes(surface: FastifyInstance, parts: PushAppParts): void {
  const { push, log } = parts
  surface.post<Named & { Body: NewPushMessage }>(
    '/push-apps/:appID/messages',
    { schema: { body: NewPushMessage }, config: { role: 'operator', action: 'push.send' } },
    async ({ params, body }, reply) => {
      const app = await requireApp(push, params.appID)
      const accepted: AcceptedPushMessage = { pushMessageID: await sendAsAdmin(push, app, body) }
      log.info({ appID: app.appID, to: body.to, ...accepted }, 'push sent by the operator')
      return reply.code(202).send(accepted)
    },
  )

  // Whole payloads: more than watching needs.
  addLineRoute<Named['Params']>(
    surface,
    '/push-apps/:appID/deliveries',
    async ({ appID }, reply) => streamDeliveries(parts, await requireApp(push, appID), reply),
    'operator',
  )
}

async function requireApp(push: Push, appID: string): Promise<PushApp> {
  const app = await push.apps.find(appID)
  if (app === undefined) throw new PushError('APP_NOT_FOUND', `Push app ${appID}; add it first.`)
  return app
}

function toView(app: PushApp, { bound, names }: PushAppParts): PushAppView {
  const { appID, appKey, clientID, settings, isDisabled, createdAt } = app
  const listener = bound.find(({ name }) => name === 'http') ?? bound.find(({ name }) => name === 'https')
  const site = listener === undefined ? '' : `${listener.name}://${reachableAddress(listener, names)}/api`
  return {
    appID,
    appKey,
    clientID,
    settings,
    isDisabled,
    createdAt: new Date(createdAt).toISOString(),
    site,
  }
}
