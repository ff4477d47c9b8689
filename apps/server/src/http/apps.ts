import { isUtf8 } from 'node:buffer'
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { Fleet } from '@pillion/fleet'
import type { IdApp } from '@pillion/schema'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Durations } from '../metrics/durations.ts'
import type { InstalledApps } from '../packages/installed-apps.ts'
import type { Tracing } from '../telemetry/tracing.ts'
import type { AppHosts } from './app-hosts.ts'
import { insertFrameScript } from './insert-frame-script.ts'
import { ApiError } from './problems.ts'
import { createSurface } from './surface.ts'

export interface AppsParts {
  readonly fleet: Fleet
  readonly installedApps: InstalledApps
  readonly appHosts: AppHosts
  /** Files every app sees below `/shared/`: path → file on disk (W 11.3). */
  readonly sharedFiles: ReadonlyMap<string, string>
  readonly durations: Durations
  readonly tracing?: Tracing | undefined
  readonly log: Logger
}

type FileRequest = FastifyRequest<{ Params: { idApp: string; '*': string } }>

/**
 * What an app's own host serves: that app's files and media and the shared files, nothing else (W 11.3). The
 * headers that keep the app in are set before a request gets here, by `app-headers.ts`.
 */
export async function createAppsSurface(parts: AppsParts): Promise<FastifyInstance> {
  const surface = createSurface(parts.log)
  parts.durations.timeRequests(surface)
  parts.tracing?.watchRequests(surface)
  await surface.register(fastifyStatic, {
    serve: false,
    index: false,
    dotfiles: 'ignore',
    setHeaders: dropCharset,
  })
  surface.addHook('onRequest', async (request) => {
    // A service worker could answer for pages without the content security policy, and so let the app out.
    if (request.headers['service-worker'] !== undefined) {
      throw new ApiError('SERVICE_WORKER_REFUSED', 'Vehicles have none either.')
    }
  })
  surface.get('/', async (request, reply) => reply.redirect(`/apps/${await requireHostApp(parts, request)}/`))
  surface.get('/apps/:idApp/*', (request: FileRequest, reply) => sendInstalled(parts, 'app', request, reply))
  surface.get('/media/:idApp/*', (request: FileRequest, reply) =>
    sendInstalled(parts, 'media', request, reply),
  )
  surface.get('/shared/*', (request: FileRequest, reply) => sendShared(parts, request.params['*'], reply))
  // The hello-world app asks for it here (W 11.3).
  surface.get('/apps/test/shared/libs/*', (request: FileRequest, reply) =>
    sendShared(parts, `libs/${request.params['*']}`, reply),
  )
  await surface.ready()
  return surface
}

async function requireHostApp({ appHosts }: AppsParts, request: FastifyRequest): Promise<IdApp> {
  const idApp = await appHosts.find(request.headers.host)
  if (idApp === undefined) throw new ApiError('ADDRESS_NOT_FOUND', 'No app lives on this host.')
  return idApp
}

async function sendInstalled(
  parts: AppsParts,
  part: 'app' | 'media',
  request: FileRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const idApp = await requireHostApp(parts, request)
  if (request.params.idApp !== idApp)
    throw new ApiError('ADDRESS_NOT_FOUND', `Only ${idApp} is served on this host.`)
  const path = request.params['*'].replace(/(^|\/)$/, '$1index.html')
  const { folder, kind } = await locate(parts.installedApps, idApp, part, path)
  if (kind === undefined) throw new ApiError('FILE_NOT_FOUND', `${part}/${path} is not in the package.`)
  if (kind === 'folder') return reply.redirect(request.url.replace(/(\?|$)/, '/$1'))
  reply.header('cache-control', 'no-cache')
  if (/\.x?html?$/i.test(path)) return sendPage(reply, join(folder, path))
  return reply.sendFile(path, folder, { cacheControl: false })
}

/** A copy that was damaged is brought back first, where there is something to bring it back from. */
async function locate(
  installedApps: InstalledApps,
  idApp: IdApp,
  part: 'app' | 'media',
  path: string,
): Promise<{ folder: string; kind: 'file' | 'folder' | undefined }> {
  for (let look = 1; ; look++) {
    const folder = await installedApps.folder(idApp, part)
    if (folder === undefined)
      throw new ApiError(
        'PACKAGE_NOT_INSTALLED',
        `Install one: pillion app update ${idApp} --package FOLDER.`,
      )
    if (!isPlainPath(path)) return { folder, kind: undefined }
    const file = join(folder, path)
    const found = await stat(file).catch(() => undefined)
    if (look === 1 && (await installedApps.heal(idApp, file, found))) continue
    return { folder, kind: kindOf(found) }
  }
}

/** No segment is empty or begins with a dot, none leaves the folder. */
function isPlainPath(path: string): boolean {
  return !/(^|\/)(\/|\.|$)|[\\\0]/.test(path)
}

function kindOf(found: Stats | undefined): 'file' | 'folder' | undefined {
  if (found?.isDirectory()) return 'folder'
  return found?.isFile() ? 'file' : undefined
}

async function sendPage(reply: FastifyReply, file: string): Promise<FastifyReply> {
  const html = await readFile(file)
  const type = /\.xhtml?$/i.test(file) ? 'application/xhtml+xml' : 'text/html'
  // A charset in the header would overrule the one that the page declares.
  const declaresCharset = /charset|^\xfe\xff|^\xff\xfe/i.test(html.toString('latin1', 0, 1024))
  reply.type(declaresCharset || !isUtf8(html) ? type : `${type}; charset=utf-8`)
  return reply.send(insertFrameScript(html))
}

function sendShared({ sharedFiles }: AppsParts, path: string, reply: FastifyReply): FastifyReply {
  const file = sharedFiles.get(path)
  if (file === undefined) throw new ApiError('FILE_NOT_FOUND', `There is no shared/${path}.`)
  return reply
    .header('cache-control', 'no-cache')
    .sendFile(basename(file), dirname(file), { cacheControl: false })
}

/** Old apps are not always in UTF-8; without a charset, a script or style sheet is read in that of its page. */
function dropCharset(reply: FastifyReply): void {
  const type = reply.getHeader('content-type')
  if (typeof type === 'string') reply.header('content-type', type.replace(/; charset=utf-8$/, ''))
}
