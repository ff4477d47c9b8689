/**
 * Every code of the push REST (P 15): its HTTP status, and when it is given. Status and code belong together, for clients
 * look the one up by the other. A code keeps its meaning for good.
 */
export const pushErrors = {
  INVALID_INPUT_DATA: {
    status: 400,
    when: 'the body, a name or a parameter is not as the contract wants it',
  },
  INVALID_JSON: { status: 400, when: 'the body is not JSON' },
  MISSING_DATA: { status: 400, when: 'a body is needed and there is none' },
  INVALID_BUCKET: { status: 400, when: 'a bucket cannot have that name' },
  INVALID_OBJECT_ID: { status: 400, when: 'an object cannot have that id' },
  QUERY_NOT_SUPPORTED: { status: 400, when: 'a query has a clause that this server does not know' },
  invalid_grant: {
    status: 400,
    when: 'no such user or thing, or a wrong password; the answer does not say which',
  },
  invalid_client: { status: 400, when: 'a wrong client id or client secret' },
  invalid_request: { status: 400, when: 'a token request names nobody' },
  unsupported_grant_type: {
    status: 400,
    when: 'a token request asks for a grant that this server does not have',
  },
  UNAUTHORIZED: {
    status: 401,
    when: 'no token where one is needed, a wrong app key, or a token without the right',
  },
  WRONG_PASSWORD: { status: 401, when: 'the present password, or a thing’s, is wrong' },
  USER_DISABLED: { status: 401, when: 'the user was disabled' },
  THING_DISABLED: { status: 401, when: 'the thing was disabled' },
  WRONG_TOKEN: { status: 403, when: 'the token is unknown, expired, replaced or of another app' },
  WRONG_REFRESH_TOKEN: { status: 403, when: 'the refresh token is unknown or was used' },
  APP_DISABLED: { status: 403, when: 'the operator disabled the app' },
  APP_NOT_FOUND: { status: 404, when: 'there is no such app' },
  USER_NOT_FOUND: { status: 404, when: 'there is no such user' },
  THING_NOT_FOUND: { status: 404, when: 'there is no such thing' },
  GROUP_NOT_FOUND: { status: 404, when: 'there is no such group' },
  INSTALLATION_NOT_FOUND: { status: 404, when: 'there is no such installation' },
  MQTT_ENDPOINT_NOT_FOUND: { status: 404, when: 'the installation is not of type MQTT' },
  TOPIC_NOT_FOUND: { status: 404, when: 'there is no such topic in that scope' },
  PUSH_SUBSCRIPTION_NOT_FOUND: { status: 404, when: 'the user or thing is not subscribed' },
  FILTER_NOT_FOUND: { status: 404, when: 'the bucket has no such filter, or there is no bucket' },
  BUCKET_NOT_FOUND: { status: 404, when: 'there is no such bucket in that scope' },
  OBJECT_NOT_FOUND: { status: 404, when: 'there is no such object in the bucket' },
  ACL_NOT_FOUND: { status: 404, when: 'the access control list has no such entry' },
  THING_OWNERSHIP_NOT_FOUND: { status: 404, when: 'the user or group does not own the thing' },
  NOT_FOUND: { status: 404, when: 'there is nothing at this address' },
  USER_ALREADY_EXISTS: { status: 409, when: 'a login name, address or number is taken' },
  THING_ALREADY_EXISTS: { status: 409, when: 'a vendor thing id is taken' },
  GROUP_ALREADY_EXISTS: { status: 409, when: 'a group id is taken' },
  TOPIC_ALREADY_EXISTS: { status: 409, when: 'a topic is created again' },
  PUSH_SUBSCRIPTION_ALREADY_EXISTS: { status: 409, when: 'the user or thing is subscribed already' },
  INSTALLATION_ALREADY_EXISTS: {
    status: 409,
    when: 'kept for clients that know it; this server answers with the existing one',
  },
  ACL_ALREADY_EXISTS: {
    status: 409,
    when: 'kept for clients that know it; this server takes the entry again',
  },
  THING_OWNERSHIP_ALREADY_EXISTS: { status: 409, when: 'the user or group owns the thing already' },
  OBJECT_ALREADY_EXISTS: { status: 409, when: 'an object that must be new is there already' },
  OBJECT_VERSION_IS_STALE: { status: 409, when: 'the object was changed since that version' },
  OPERATION_NOT_ALLOWED: {
    status: 409,
    when: 'there are as many of them as may be, or an app’s id is taken',
  },
  IDEMPOTENCY_KEY_REUSED: { status: 422, when: 'the Idempotency-Key came with another request before' },
  TOO_MANY_REQUESTS: { status: 429, when: 'an app, user, thing or address asks too often; see Retry-After' },
  UNDEFINED_ERROR: { status: 500, when: 'the server failed; its log says more' },
  OPERATION_NOT_IMPLEMENTED: { status: 501, when: 'the original had this, Pillion has not' },
  MQTT_ENDPOINT_NOT_READY: { status: 503, when: 'the endpoint is being prepared; see Retry-After' },
  TEMPORARY_UNAVAILABLE_ERROR: {
    status: 503,
    when: 'too much waits to be sent, or the database cannot be used; see Retry-After',
  },
} as const

export type PushErrorCode = keyof typeof pushErrors

export interface PushErrorOptions {
  /** Members of the body besides `errorCode` and `message` (P 15). */
  readonly details?: Readonly<Record<string, unknown>>
  /** Seconds, for the header Retry-After. */
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** Thrown for what a caller of the push service asked wrongly. Nothing was changed. */
export class PushError extends Error {
  readonly code: PushErrorCode
  readonly details: Readonly<Record<string, unknown>>
  readonly retryAfterSeconds: number | undefined

  /** @param text one line for a person, without secrets; the message of the body */
  constructor(code: PushErrorCode, text: string, options: PushErrorOptions = {}) {
    super(text, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'PushError'
    this.code = code
    this.details = options.details ?? {}
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get status(): number {
    return pushErrors[this.code].status
  }
}
