import type { PushApp } from './ports/push-app-store.ts'

/** Who can receive: it has installations and subscriptions. As a key; the id alone stands behind the colon. */
export type Subject = `user:${string}` | `thing:${string}`

/** Who speaks, as its token says (P 2.4). */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'admin' }
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'thing'; readonly id: string }

/** Who asks for something, and in which app: nothing of another app is ever reached. */
export interface Caller {
  readonly app: PushApp
  readonly principal: Principal
}

/** Undefined for whoever cannot receive. */
export function subjectOf(principal: Principal): Subject | undefined {
  return principal.kind === 'user' || principal.kind === 'thing'
    ? `${principal.kind}:${principal.id}`
    : undefined
}

export function parseSubject(subject: Subject): { readonly kind: 'user' | 'thing'; readonly id: string } {
  const colon = subject.indexOf(':')
  return { kind: subject.slice(0, colon) as 'user' | 'thing', id: subject.slice(colon + 1) }
}
