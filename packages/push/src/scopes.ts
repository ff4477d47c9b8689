/** Where a topic or bucket lives (P 7.1), as a key: '' is the app. */
export type ScopeKey = '' | `user:${string}` | `group:${string}` | `thing:${string}`

export interface Scope {
  readonly kind: 'app' | 'user' | 'group' | 'thing'
  /** Of the user, group or thing; '' for the app. */
  readonly id: string
}

/** `objectScope` in errors, and what receivers get under other names (P 7.2, 12.1). */
export type ObjectScope = {
  readonly appID: string
  readonly type: 'APP' | 'APP_AND_USER' | 'APP_AND_GROUP' | 'APP_AND_THING'
  readonly userID?: string
  readonly groupID?: string
  readonly thingID?: string
}

export const appScope: Scope = { kind: 'app', id: '' }

export function scopeKey({ kind, id }: Scope): ScopeKey {
  return kind === 'app' ? '' : `${kind}:${id}`
}

export function parseScopeKey(key: ScopeKey): Scope {
  const colon = key.indexOf(':')
  return colon === -1 ? appScope : { kind: key.slice(0, colon) as Scope['kind'], id: key.slice(colon + 1) }
}

/** `kiicloud://…` of the scope, with a slash at its end: `kiicloud://` itself for the app. URIs carry the plain id (P 7.1). */
export function scopeUri({ kind, id }: Scope): string {
  return kind === 'app' ? 'kiicloud://' : `kiicloud://${kind}s/${id}/`
}

export function objectScope(appID: string, { kind, id }: Scope): ObjectScope {
  if (kind === 'app') return { appID, type: 'APP' }
  if (kind === 'user') return { appID, type: 'APP_AND_USER', userID: id }
  if (kind === 'group') return { appID, type: 'APP_AND_GROUP', groupID: id }
  return { appID, type: 'APP_AND_THING', thingID: id }
}
