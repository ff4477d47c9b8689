import type { FastifyReply, FastifyRequest } from 'fastify'

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

/** Where a load balancer ends TLS, only the browser knows of it: it says so in Origin. */
function isSecure({ raw, headers }: FastifyRequest): boolean {
  return isTls(raw) || headers.origin?.startsWith('https:') === true
}

function isTls({ socket }: FastifyRequest['raw']): boolean {
  return 'encrypted' in socket && socket.encrypted === true
}
