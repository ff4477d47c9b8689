import type { Session } from '@pillion/schema'
import { signal } from '@preact/signals'
import { get, ProblemError, send } from '../api.ts'
import { place, replacePlace } from '../place.ts'
import { beginSession, endSession } from '../session.ts'

/** Text of the one-time link with which one came. It leaves the address at once: that stays in histories and on screens. */
export const firstLink = signal<string | undefined>(undefined)

export function takeFirstLink(): void {
  const take = () => {
    const { path, rest } = place.peek()
    if (path !== 'first' || rest[0] === undefined) return
    firstLink.value = rest[0]
    replacePlace('#/')
  }
  take()
  // Also when it is pasted into a tab that is open already.
  addEventListener('hashchange', take)
}

/** Is somebody signed in from before? */
export async function askSession(): Promise<void> {
  try {
    beginSession(await get<Session>('/session'))
  } catch (error) {
    const isAway = error instanceof ProblemError && error.status !== 401
    endSession(isAway ? error.message : undefined)
  }
}

/** False: a code of the second factor is needed as well. */
export async function signIn(name: string, password: string, code?: string): Promise<boolean> {
  const given = { name, password, ...(code === undefined ? {} : { code }) }
  try {
    beginSession(await send<Session>('POST', '/session', given))
    return true
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'SECOND_FACTOR_NEEDED') return false
    throw error
  }
}

export async function makeFirstOperator(name: string, password: string): Promise<void> {
  const begun = await send<Session>('POST', '/operators/first', { link: firstLink.peek(), name, password })
  firstLink.value = undefined
  beginSession(begun)
}

export async function signOut(): Promise<void> {
  await send('DELETE', '/session').catch(() => {})
  replacePlace('#/')
  endSession()
}
