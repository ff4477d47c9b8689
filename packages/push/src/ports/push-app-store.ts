/** What an operator may switch for one app (P 2.1). */
export interface PushAppSettings {
  /** Of tokens that ask for no other end; 2,147,483,647 = they do not end. */
  readonly tokenSeconds: number
  readonly hasRefreshTokens: boolean
  /** Do users and things see each other's whole data? */
  readonly exposesUsers: boolean
  /** Does becoming a thing's owner take the thing's password? */
  readonly ownershipNeedsPassword: boolean
}

export interface PushApp {
  readonly appID: string
  /** Public: it ships in web pages. */
  readonly appKey: string
  readonly clientID: string
  readonly settings: PushAppSettings
  readonly isDisabled: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface StoredPushApp extends PushApp {
  /** SHA-256 of the client secret. */
  readonly clientSecretHash: Uint8Array
  /** The client secret before; works until then. */
  readonly replacedSecret: { readonly hash: Uint8Array; readonly endsAt: number } | undefined
}

export type PushAppChange = Partial<Omit<StoredPushApp, 'appID' | 'clientID' | 'createdAt'>>

/** Keeps push apps. Resolved means it lasts, rejected means that the store is away; calls may overlap. So it is with every port here. */
export interface PushAppStore {
  /** Resolves to what is taken, and then nothing was changed. */
  addApp(app: StoredPushApp): Promise<'appID' | 'clientID' | undefined>
  findApp(appID: string): Promise<StoredPushApp | undefined>
  /** By appID. */
  listApps(): Promise<StoredPushApp[]>
  /** Replaces what is given and leaves the rest; `replacedSecret: undefined` removes it. The app as it is afterwards. */
  changeApp(appID: string, change: PushAppChange): Promise<StoredPushApp | undefined>
  /** With everything in it, in pieces that let others run in between. It must be disabled before. False if there is none. */
  removeApp(appID: string): Promise<boolean>
}
