import type { Fleet } from '@pillion/fleet'
import { type App, AppUpdate, type RemovedApp } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { InstalledApps } from '../../packages/installed-apps.ts'
import { toText } from './credentials.ts'

export interface AppParts {
  readonly fleet: Fleet
  readonly installedApps: InstalledApps
  readonly log: Logger
}

interface Named {
  Params: { idApp: string }
}

/** What an app is called, where it may be used, and its end. */
export function addAppRoutes(surface: FastifyInstance, { fleet, installedApps, log }: AppParts): void {
  surface.patch<Named & { Body: AppUpdate }>(
    '/apps/:idApp',
    { config: { role: 'admin', action: 'app.update' }, schema: { body: AppUpdate } },
    async ({ params, body }): Promise<App> => {
      const { version, createdAt, ...app } = await fleet.changeApp(params.idApp, body)
      log.info({ idApp: app.idApp, ...body }, 'app changed')
      return { ...app, createdAt: toText(createdAt), ...(version !== undefined && { version }) }
    },
  )

  surface.delete<Named>(
    '/apps/:idApp',
    { config: { role: 'admin', action: 'app.remove' } },
    async ({ params }): Promise<RemovedApp> => {
      const { app, vins } = await fleet.removeApp(params.idApp)
      await installedApps.remove(app.idApp)
      log.info({ idApp: app.idApp, vehicles: vins.length }, 'app removed with its package')
      return { idApp: app.idApp, uid: app.uid, vehicles: vins.length }
    },
  )
}
