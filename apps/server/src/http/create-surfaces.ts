import type { Logger } from 'pino'
import { consolePages, documentationPages, findSharedFiles, portalPages, pushSdk } from '../built-files.ts'
import type { Config } from '../config.ts'
import { AppHosts } from './app-hosts.ts'
import { type AppsParts, createAppsSurface } from './apps.ts'
import { createMainSurface, type MainParts } from './main.ts'
import { EndpointAddress } from './push/endpoint-address.ts'
import { createPushSurface, type PushSurfaceParts } from './push/surface.ts'

type BuiltParts = 'pages' | 'consolePages' | 'documentationPages' | 'pushSdk' | 'startedAt'

export type SurfaceParts = Omit<MainParts, BuiltParts | 'root' | 'environment'> &
  Omit<PushSurfaceParts, 'endpointAddress'> &
  Omit<AppsParts, 'appHosts' | 'sharedFiles'> & { readonly config: Config; readonly log: Logger }

/** What is answered over HTTP: under the server’s own names, under those of apps, and the push REST. */
export async function createSurfaces(parts: SurfaceParts) {
  const { config, settings, fleet, bound, appOrigins } = parts
  const main = await createMainSurface({
    ...parts,
    ...config.portal,
    startedAt: new Date(),
    pages: portalPages,
    consolePages,
    documentationPages,
    pushSdk,
  })
  const pushSurface = await createPushSurface({
    ...parts,
    endpointAddress: new EndpointAddress(settings, bound),
  })
  const apps = await createAppsSurface({
    ...parts,
    appHosts: new AppHosts(fleet, appOrigins),
    sharedFiles: findSharedFiles(),
  })
  return { main, pushSurface, apps }
}
