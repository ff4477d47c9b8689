import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseHost } from '../http/hosts.ts'
import { isLoopback } from '../loopback.ts'

const NAME = 'pillion_session'
/** Browsers take a cookie of this name only over TLS and of the host itself, so no other host of the site can set it. */
const TLS_NAME = `__Host-${NAME}`

export function readSessionCookie(request: FastifyRequest): string | undefined {
  const { cookies } = request
  return cookies[TLS_NAME] ?? (isSecure(request) ? undefined : cookies[NAME])
}

/** Not for longer than the browser is open, nor than the server says. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const secure = isSecure(request)
  reply.setCookie(secure ? TLS_NAME : NAME, token, { path: '/', httpOnly: true, sameSite: 'strict', secure })
}

export function clearSessionCookies(reply: FastifyReply): void {
  reply.clearCookie(NAME, { path: '/', httpOnly: true, sameSite: 'strict' })
  reply.clearCookie(TLS_NAME, { path: '/', httpOnly: true, sameSite: 'strict', secure: true })
}

/**
 * Where a load balancer ends TLS, only the browser knows of it. It says so in Origin, and where there is none, by Sec-Fetch-Site, which
 * it sends over TLS alone or to this machine itself (Fetch Metadata, 3). Whoever makes either up gets no more than a stricter answer.
 */
function isSecure({ raw, headers }: FastifyRequest): boolean {
  if (isTls(raw) || headers.origin?.startsWith('https:') === true) return true
  if (headers.origin !== undefined || headers['sec-fetch-site'] === undefined) return false
  const name = parseHost(headers.host) ?? ''
  return !isLoopback(name) && !name.endsWith('.localhost')
}

function isTls({ socket }: FastifyRequest['raw']): boolean {
  return 'encrypted' in socket && socket.encrypted === true
}
