import type { Setting } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { SettingsInForce } from '../settings/settings-in-force.ts'

/** What is in force, and where it comes from. */
export function addSettingsRoute(
  surface: FastifyInstance,
  { settings }: { readonly settings: SettingsInForce },
): void {
  surface.get('/settings', async (): Promise<Setting[]> => settings.list())
}
