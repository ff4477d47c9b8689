import { type OperatorRole, operatorRoles, type Session } from '@pillion/schema'
import { computed, signal } from '@preact/signals'

/** `out`: with `notice`, why one has to sign in again. */
export type SessionState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'out'; readonly notice?: string }
  | { readonly kind: 'in'; readonly session: Session }

/** Who is signed in. The address stays as it is when a session ends, so that one is back there after signing in again. */
export const sessionState = signal<SessionState>({ kind: 'asking' })

export const session = computed(() =>
  sessionState.value.kind === 'in' ? sessionState.value.session : undefined,
)

export function beginSession(session: Session): void {
  sessionState.value = { kind: 'in', session }
}

export function endSession(notice?: string): void {
  sessionState.value = notice === undefined ? { kind: 'out' } : { kind: 'out', notice }
}

/** Whether the role that is signed in is this one or a higher one. The server decides in the end; this hides what it would refuse. */
export function may(role: OperatorRole): boolean {
  const own = session.value?.role
  return own !== undefined && operatorRoles.indexOf(own) >= operatorRoles.indexOf(role)
}
