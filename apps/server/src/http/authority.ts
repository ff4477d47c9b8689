import { timingSafeEqual } from 'node:crypto'
import { type OperatorRole, operatorRoles } from '@pillion/schema'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { SignInGuard } from '../access/sign-in-guard.ts'
import { isAdminToken } from '../admin-token.ts'
import type { AppOrigins } from '../app-origins.ts'
import type { FailedSignIns } from '../audit/failed-sign-ins.ts'
import type { LongAnswers } from '../operators/long-answers.ts'
import { isSameOrigin } from '../operators/same-origin.ts'
import { readSessionCookie } from '../operators/session-cookie.ts'
import type { OpenSession, Sessions } from '../operators/sessions.ts'
import { SparingLog } from '../sparing-log.ts'
import { guardSignIn } from './guarded-sign-in.ts'
import { isAppSite } from './hosts.ts'
import { ApiError, type ApiErrorCode } from './problems.ts'
import { safeMethods } from './safe-methods.ts'

/** Who asks. `name` is as in the audit log. */
export interface Actor {
  readonly name: string
  /** Undefined: nobody has signed in. */
  readonly role: OperatorRole | undefined
  readonly session?: OpenSession
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least role that may call it; `anybody` needs none. By default GET needs a viewer, all else an admin. */
    role?: OperatorRole | 'anybody'
    /** Of what changes something: its name in the audit log, `noun.verb`. */
    action?: string
    /** Also for operators who have to turn on a second factor first. */
    isBeforeFactor?: boolean
  }
  interface FastifyRequest {
    actor: Actor
  }
}

export interface GuardedRoute {
  readonly method: string
  readonly path: string
  readonly role: OperatorRole | 'anybody'
  readonly action: string | undefined
}

export interface AuthorityParts {
  readonly token: string
  readonly sessions: Sessions
  readonly longAnswers: LongAnswers
  readonly failedSignIns: FailedSignIns
  readonly signInGuard: SignInGuard
  readonly appOrigins: Pick<AppOrigins, 'domain'>
  /** Gets every route that is added after this. */
  readonly adminRoutes: GuardedRoute[]
  readonly log: Logger
}

interface Guard extends AuthorityParts {
  /** Of requests by nobody: as many as strangers like to send. */
  readonly strangersLog: SparingLog
}

const STRANGERS_LINES_PER_MINUTE_MAX = 60
const anonymous: Actor = { name: 'anonymous', role: undefined }

/**
 * Lets the admin token and operators that are signed in call the routes of this surface, each those of its role. Every route
 * is covered, for what it needs is settled when it is added. What changes something must come from the console itself if it
 * comes with a cookie.
 */
export function requireAuthority(surface: FastifyInstance, authority: AuthorityParts): void {
  const strangersLog = new SparingLog(authority.log, () => STRANGERS_LINES_PER_MINUTE_MAX)
  const parts: Guard = { ...authority, strangersLog }
  surface.decorateRequest('actor')
  surface.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      const role = route.config?.role ?? (safeMethods.has(method) ? 'viewer' : 'admin')
      route.config = { ...route.config, role }
      parts.adminRoutes.push({ method, path: route.url, role, action: route.config.action })
    }
  })
  surface.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const least = request.routeOptions.config.role ?? 'admin'
    // Who signs in gets a cookie.
    if (least === 'anybody') refuseAppSite(parts, request)
    request.actor = least === 'anybody' ? anonymous : await findActor(parts, request, reply)
    refuseForeign(parts, request)
    if (least === 'anybody') return
    requireFactor(parts, request)
    requireRole(parts, request, least)
  })
}

async function findActor(parts: Guard, request: FastifyRequest, reply: FastifyReply): Promise<Actor> {
  if (request.headers.authorization !== undefined) return findTokenBearer(parts, request, reply)
  const cookie = readSessionCookie(request)
  if (cookie === undefined)
    throw refuse(
      parts,
      request,
      'SESSION_MISSING',
      'Sign in, or send Authorization: Bearer and the admin token.',
    )
  refuseAppSite(parts, request)
  // What a page asks by itself, again and again, keeps nobody signed in.
  const isUse = request.headers['x-pillion-unattended'] === undefined
  const session = await parts.sessions.find(cookie, { isUse })
  if (session === undefined) throw refuse(parts, request, 'SESSION_ENDED', 'Sign in again.')
  parts.longAnswers.follow(reply.raw, session.hash)
  return { name: `operator:${session.operator.name}`, role: session.operator.role, session }
}

async function findTokenBearer(parts: Guard, request: FastifyRequest, reply: FastifyReply): Promise<Actor> {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const attempt = { request, reply, reason: 'admin_token_wrong' }
  const isRight =
    bearer !== undefined &&
    (await guardSignIn(parts.signInGuard, attempt, () => isAdminToken(bearer, parts.token) || undefined))
  if (isRight) return { name: 'admin-token', role: 'admin' }
  reply.header('www-authenticate', 'Bearer realm="pillion"')
  await parts.failedSignIns.note({ action: 'admin-token.refuse', address: request.ip })
  const detail = 'Send Authorization: Bearer and the text of admin-token in the data folder.'
  throw refuse(parts, request, 'ADMIN_TOKEN_REFUSED', detail)
}

/** A cookie there may be one that an app has set. */
function refuseAppSite(parts: Guard, request: FastifyRequest): void {
  if (!isAppSite(request.headers.host, parts.appOrigins)) return
  const detail =
    'Apps are below this name: open the console under another one, or the address of this server.'
  throw refuse(parts, request, 'HOST_REFUSED', detail)
}

/** Of requests with a cookie, or that will get one: a browser adds it to whatever a page asks for. */
function refuseForeign(parts: Guard, request: FastifyRequest): void {
  const { actor, headers, method } = request
  if (actor.name === 'admin-token') return
  if (!isSameOrigin(headers))
    throw refuse(
      parts,
      request,
      'CSRF_REFUSED',
      'Open the console under the name that this request is sent to.',
    )
  if (actor.session === undefined || safeMethods.has(method)) return
  if (!isEqual(headers['x-pillion-csrf'], actor.session.csrfToken))
    throw refuse(
      parts,
      request,
      'CSRF_REFUSED',
      'Send X-Pillion-CSRF with the csrfToken of GET /admin/v1/session.',
    )
}

function requireFactor(parts: Guard, request: FastifyRequest): void {
  const { actor, routeOptions } = request
  if (actor.session?.secondFactor !== 'missing' || routeOptions.config.isBeforeFactor) return
  const detail = 'This server wants one of every operator: turn it on in the console.'
  throw refuse(parts, request, 'SECOND_FACTOR_MISSING', detail)
}

function requireRole(parts: Guard, request: FastifyRequest, least: OperatorRole): void {
  const { name, role } = request.actor
  if (role !== undefined && operatorRoles.indexOf(role) >= operatorRoles.indexOf(least)) return
  throw refuse(parts, request, 'ROLE_TOO_LOW', `This needs the role ${least}; ${name} has ${role ?? 'none'}.`)
}

function refuse(
  { log, strangersLog }: Guard,
  request: FastifyRequest,
  code: ApiErrorCode,
  detail: string,
): ApiError {
  const { ip, method, routeOptions, actor } = request
  const whose = actor?.role === undefined ? strangersLog : log
  whose.warn(
    { address: ip, reason: code, method, path: routeOptions.url, actor: actor?.name },
    'admin request refused',
  )
  return new ApiError(code, detail)
}

function isEqual(given: string | string[] | undefined, expected: string): boolean {
  const bytes = Buffer.from(String(given ?? ''))
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected))
}
