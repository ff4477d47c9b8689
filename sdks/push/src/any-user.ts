/** In an access control list: whoever has a token, things included. */
export class KiiAnyAuthenticatedUser {
  static readonly id = 'ANY_AUTHENTICATED_USER'

  getID(): string {
    return KiiAnyAuthenticatedUser.id
  }
}

/** In an access control list: whoever has no token. */
export class KiiAnonymousUser {
  static readonly id = 'ANONYMOUS_USER'

  getID(): string {
    return KiiAnonymousUser.id
  }
}
