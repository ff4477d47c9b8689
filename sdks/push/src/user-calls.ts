import { Access } from './access.ts'
import type { App } from './app.ts'
import { InvalidArgumentException, InvalidURIException } from './exceptions.ts'
import {
  checkEmailAddress,
  checkPassword,
  checkPhoneNumber,
  checkUsername,
  type Identity,
  identityOf,
} from './identity.ts'
import {
  type Callbacks,
  describeUserCall,
  KiiError,
  runCall,
  runUserCall,
  settle,
  type TextCallbacks,
} from './outcome.ts'
import { never, requestUserToken } from './token.ts'
import type { KiiUser, UserCallbacks, UserFields } from './user.ts'

/** Where nobody is the target yet: the text alone. */
export type FindUserCallbacks = Callbacks<KiiUser, [text: string]> | null | undefined

/** The static methods of `KiiUser` in one namespace (P 14.3). */
export function createUserCalls(app: App) {
  const access = new Access(app)
  const withPassword = (identity: Identity, password: string) =>
    new app.classes.KiiUser(access, { ...identity }, { password: checkPassword(password) })

  return {
    /** @throws InvalidUsernameException, InvalidPasswordException */
    userWithUsername: (username: string, password: string) =>
      withPassword({ loginName: checkUsername(username) }, password),

    /** @throws InvalidEmailException, InvalidPasswordException */
    userWithEmailAddress: (emailAddress: string, password: string) =>
      withPassword({ emailAddress: checkEmailAddress(emailAddress) }, password),

    /** A number without "+" needs `setCountry` too. @throws InvalidPhoneNumberException, InvalidPasswordException */
    userWithPhoneNumber: (phoneNumber: string, password: string) =>
      withPassword({ phoneNumber: checkPhoneNumber(phoneNumber) }, password),

    userWithEmailAddressAndPhoneNumber: (emailAddress: string, phoneNumber: string, password: string) =>
      withPassword(
        { emailAddress: checkEmailAddress(emailAddress), phoneNumber: checkPhoneNumber(phoneNumber) },
        password,
      ),

    userWithEmailAddressAndUsername: (emailAddress: string, username: string, password: string) =>
      withPassword(
        { emailAddress: checkEmailAddress(emailAddress), loginName: checkUsername(username) },
        password,
      ),

    userWithPhoneNumberAndUsername: (phoneNumber: string, username: string, password: string) =>
      withPassword(
        { phoneNumber: checkPhoneNumber(phoneNumber), loginName: checkUsername(username) },
        password,
      ),

    userWithCredentials: (emailAddress: string, phoneNumber: string, username: string, password: string) =>
      withPassword(
        {
          emailAddress: checkEmailAddress(emailAddress),
          phoneNumber: checkPhoneNumber(phoneNumber),
          loginName: checkUsername(username),
        },
        password,
      ),

    /** Not loaded. @throws InvalidArgumentException */
    userWithID: (userID: string) => userWithID(access, userID),

    /** Not loaded. @throws InvalidURIException */
    userWithURI(uri: string): KiiUser {
      const [, userID] = /^kiicloud:\/\/users\/([^/]+)$/.exec(uri) ?? []
      if (userID === undefined) throw new InvalidURIException('this is not the URI of a user')
      return userWithID(access, userID)
    },

    registerAsPseudoUser(
      callbacks?: TextCallbacks<KiiUser, null>,
      userFields?: UserFields | null,
    ): Promise<KiiUser> {
      return runUserCall('register pseudo user', null, callbacks, async () => {
        const type = 'RegistrationAndAuthorizationRequest'
        const { body } = await access.send('POST', '/users', {
          type,
          body: userFields ?? {},
          isAnonymous: true,
        })
        const { _accessToken, ...fields } = body as UserFields & { _accessToken: string }
        const token = { access_token: _accessToken, expires_at: never }
        app.currentUser = new app.classes.KiiUser(access, fields, { token })
        return app.currentUser
      })
    },

    /** @param identifier login name, e-mail address or phone number (P 2.2); the user has this and its ID only until `refresh` */
    authenticate(identifier: string, password: string, callbacks?: UserCallbacks): Promise<KiiUser> {
      const identity = typeof identifier === 'string' ? identityOf(identifier) : {}
      return runCall(new app.classes.KiiUser(access, { ...identity }), callbacks, async () => {
        if (typeof identifier !== 'string' || identifier === '' || typeof password !== 'string')
          throw new InvalidArgumentException('a login name, e-mail address or phone number is needed')
        const { id, token } = await requestUserToken(access, identifier, password)
        app.currentUser = new app.classes.KiiUser(access, { ...identity, userID: id }, { token })
        return app.currentUser
      })
    },

    /** @param expiresAt end of the token's life, if the app knows it */
    authenticateWithToken(
      accessToken: string,
      callbacks?: UserCallbacks,
      expiresAt?: Date | null,
    ): Promise<KiiUser> {
      const nobody = new app.classes.KiiUser(access, {})
      return runCall(nobody, callbacks, async () => {
        if (typeof accessToken !== 'string' || accessToken === '')
          throw new InvalidArgumentException('a token is needed')
        if (expiresAt && !(expiresAt instanceof Date))
          throw new InvalidArgumentException('the end of the token must be a Date')
        const { body } = await new Access(app, accessToken).send('GET', '/users/me')
        const token = { access_token: accessToken, expires_at: expiresAt ?? never }
        app.currentUser = new app.classes.KiiUser(access, body as UserFields, { token })
        return app.currentUser
      })
    },

    getCurrentUser: () => app.currentUser,

    loggedIn: () => app.currentUser !== null,

    /** Forgets the user here; the token and the push connection go on living. */
    logOut(): void {
      app.currentUser = null
    },

    findUserByUsername: (username: string, callbacks?: FindUserCallbacks) =>
      find(access, 'LOGIN_NAME', username, callbacks),
    findUserByEmail: (emailAddress: string, callbacks?: FindUserCallbacks) =>
      find(access, 'EMAIL', emailAddress, callbacks),
    findUserByPhone: (phoneNumber: string, callbacks?: FindUserCallbacks) =>
      find(access, 'PHONE', phoneNumber, callbacks),
  }
}

function find(
  access: Access,
  kind: IdentityKind,
  value: string,
  callbacks: FindUserCallbacks,
): Promise<KiiUser> {
  const toError = (cause: unknown) => new KiiError(describeUserCall('find user', cause), undefined, cause)
  const toTexts = ({ message }: KiiError): [string] => [message]
  return settle(callbacks, () => findUser(access, kind, value), toError, toTexts)
}

/** As paths have it (P 3.3). */
export type IdentityKind = 'LOGIN_NAME' | 'EMAIL' | 'PHONE'

/** @throws InvalidArgumentException, RequestFailure */
export async function findUser(access: Access, kind: IdentityKind, value: string): Promise<KiiUser> {
  if (typeof value !== 'string' || value === '') throw new InvalidArgumentException('whom to find?')
  // Encoded as a whole: this is what somebody typed.
  const { body } = await access.send('GET', `/users/${kind}:${encodeURIComponent(value)}`)
  return new access.app.classes.KiiUser(access, body as UserFields)
}

/** @throws InvalidArgumentException */
export function userWithID(access: Access, userID: string): KiiUser {
  if (typeof userID !== 'string' || userID === '')
    throw new InvalidArgumentException('a user ID must be a string that is not empty')
  return new access.app.classes.KiiUser(access, { userID })
}
