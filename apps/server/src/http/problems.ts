import { AccountError, type AccountErrorCode, accountErrors } from '@pillion/accounts'
import { FleetError, type FleetErrorCode, fleetErrors } from '@pillion/fleet'
import { PushError } from '@pillion/push'
import type { ProblemBody } from '@pillion/schema'
import { describeCause } from '@pillion/store'
import type { FastifyReply } from 'fastify'
import { OperatorError, operatorErrors } from '../operators/operator-error.ts'
import { PackageError, type PackageErrorCode, packageErrors } from '../packages/package-error.ts'

/** The codes of HTTP answers that are this server's own. A code keeps its meaning for good. */
export const apiErrors = {
  REQUEST_MALFORMED: { status: 400, title: 'The request is not as this address wants it' },
  SIGNAL_MALFORMED: { status: 400, title: 'A signal of the vehicle cannot be that' },
  MESSAGE_QUERY_MALFORMED: { status: 400, title: 'Messages cannot be looked for like this' },
  MESSAGE_TOO_DEEP: { status: 400, title: 'The message nests too deep' },
  ADMIN_TOKEN_REFUSED: { status: 401, title: 'The admin token is missing or wrong' },
  SESSION_MISSING: { status: 401, title: 'Nobody has signed in' },
  SESSION_ENDED: { status: 401, title: 'The session has ended' },
  VEHICLE_CREDENTIALS_REFUSED: { status: 401, title: 'VIN or password is missing or wrong' },
  ROLE_TOO_LOW: { status: 403, title: 'The role of this operator is too low for that' },
  SECOND_FACTOR_MISSING: { status: 403, title: 'A second factor has to be turned on first' },
  CSRF_REFUSED: { status: 403, title: 'The request does not come from the console' },
  PARTNER_CREDENTIALS_REFUSED: { status: 401, title: 'UID or password is missing or wrong' },
  SERVICE_WORKER_REFUSED: { status: 403, title: 'Apps have no service workers' },
  BAN_NOT_FOUND: { status: 404, title: 'There is no such ban' },
  CONNECTION_NOT_FOUND: { status: 404, title: 'There is no such connection' },
  ADDRESS_NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  FILE_NOT_FOUND: { status: 404, title: 'There is no such file' },
  MESSAGE_NOT_FOUND: { status: 404, title: 'No such message is known' },
  PACKAGE_NOT_INSTALLED: { status: 404, title: 'The app has no package yet' },
  VEHICLE_NOT_SUBSCRIBED: { status: 409, title: 'The vehicle is not subscribed to the app' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  MESSAGE_TOO_LARGE: { status: 413, title: 'The message is too large' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: 'The body is of a type this address does not take' },
  RANGE_NOT_SATISFIABLE: { status: 416, title: 'The file has no such range' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The Idempotency-Key came with another request before' },
  HOST_REFUSED: { status: 421, title: 'This server does not answer under that host name' },
  CHANGES_TOO_MANY: { status: 429, title: 'One operator changes too much in a minute' },
  SIGN_IN_FAILURES_TOO_MANY: { status: 429, title: 'Too many refused sign-ins' },
  INTERNAL: { status: 500, title: 'The server failed' },
  STORE_UNAVAILABLE: { status: 503, title: 'The database cannot be used right now' },
} as const

export type ApiErrorCode = keyof typeof apiErrors

const fleetStatus: Record<FleetErrorCode, number> = {
  UID_MALFORMED: 400,
  VIN_MALFORMED: 400,
  ID_APP_MALFORMED: 400,
  NAME_MALFORMED: 400,
  LANGUAGE_MALFORMED: 400,
  COUNTRY_UNKNOWN: 400,
  APP_NAMES_TOO_MANY: 400,
  VIN_REPEATED: 400,
  FINGERPRINT_MALFORMED: 400,
  OVERLAP_OUT_OF_RANGE: 400,
  PARTNER_NOT_FOUND: 404,
  VEHICLE_NOT_FOUND: 404,
  APP_NOT_FOUND: 404,
  CERTIFICATE_NOT_FOUND: 404,
  PARTNER_ALREADY_EXISTS: 409,
  VEHICLE_ALREADY_EXISTS: 409,
  NAME_TAKEN_BY_PARTNER: 409,
  NAME_TAKEN_BY_VEHICLE: 409,
  NAME_TAKEN_BY_ACCOUNT: 409,
  APP_ALREADY_EXISTS: 409,
  APP_LABEL_TAKEN: 409,
}

const accountStatus: Record<AccountErrorCode, number> = {
  ACCOUNT_NAME_MALFORMED: 400,
  FILTER_MALFORMED: 400,
  FILTER_NOT_GRANTABLE: 400,
  FILTERS_TOO_MANY: 400,
  OVERLAP_OUT_OF_RANGE: 400,
  ACCOUNT_NOT_FOUND: 404,
  ACCOUNT_ALREADY_EXISTS: 409,
  NAME_TAKEN_BY_PARTNER: 409,
  NAME_TAKEN_BY_VEHICLE: 409,
  ACCOUNTS_TOO_MANY: 409,
}

const packageStatus: Record<PackageErrorCode, number> = {
  PACKAGE_FORMAT_UNKNOWN: 400,
  PACKAGE_ARCHIVE_MALFORMED: 400,
  PACKAGE_ENTRY_REFUSED: 400,
  PACKAGE_PATH_REFUSED: 400,
  PACKAGE_ID_MISMATCH: 400,
  PACKAGE_FILE_NAME_MALFORMED: 400,
  PACKAGE_MD5_MALFORMED: 400,
  PACKAGE_MD5_MISMATCH: 400,
  PACKAGE_VERSION_MISMATCH: 400,
  PACKAGE_INFO_MALFORMED: 400,
  PACKAGE_START_PAGE_MISSING: 400,
  PACKAGE_FOLDER_NOT_FOUND: 400,
  PACKAGE_TOO_LARGE: 413,
  PACKAGE_ENTRIES_TOO_MANY: 413,
}

/** Thrown by a surface for what its caller asked wrongly. */
export class ApiError extends Error {
  readonly code: ApiErrorCode
  /** One sentence for a person, with the fix where there is one. */
  readonly detail: string

  constructor(code: ApiErrorCode, detail: string) {
    super(`${apiErrors[code].title}: ${detail}`)
    this.name = 'ApiError'
    this.code = code
    this.detail = detail
  }
}

/**
 * The RFC 9457 body for anything thrown on the way; what is not meant for the caller becomes INTERNAL. Operators are told what the
 * database said, for they can mend it.
 */
export function toProblem(error: unknown, { isOperator = false } = {}): ProblemBody {
  if (error instanceof FleetError) {
    return problem(error.code, fleetStatus[error.code], fleetErrors[error.code].text, error.detail)
  }
  if (error instanceof AccountError) {
    return problem(error.code, accountStatus[error.code], accountErrors[error.code].text, error.detail)
  }
  if (error instanceof OperatorError) {
    const { status, text } = operatorErrors[error.code]
    return problem(error.code, status, text, error.detail)
  }
  if (error instanceof PackageError) {
    return problem(error.code, packageStatus[error.code], packageErrors[error.code], error.detail)
  }
  if (error instanceof PushError) {
    return problem(error.code, error.status, spellOut(error.code), error.message)
  }
  if (isStoreUnavailable(error)) {
    const detail = isOperator ? explainOutage((error as Error).cause) : 'Try again.'
    return problem('STORE_UNAVAILABLE', 503, apiErrors.STORE_UNAVAILABLE.title, detail)
  }
  const { code, detail } = error instanceof ApiError ? error : translateFastifyError(error)
  return problem(code, apiErrors[code].status, apiErrors[code].title, detail)
}

export function sendProblem(reply: FastifyReply, body: ProblemBody): FastifyReply {
  return reply.code(body.status).type('application/problem+json').send(JSON.stringify(body))
}

/** Nothing was wrong with the request; asking again later may help. */
export function isStoreUnavailable(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'STORE_UNAVAILABLE'
}

function explainOutage(cause: unknown): string {
  const said = describeCause(cause)
  const advice = /full|no space left/i.test(said)
    ? 'Make room where it keeps its files.'
    : /read-?only/i.test(said)
      ? 'Let it write to its files again.'
      : 'Try again; if it stays so, look at the database.'
  return `It says “${said}”. ${advice}`
}

/** Fastify does not say which of the two it is; such keys could change objects that they are copied into. */
const NO_JSON =
  'The body is not valid JSON, or has a key "__proto__" or "constructor.prototype", which only messages may have.'

/** What fastify found wrong with a request before a surface saw it. */
function translateFastifyError(error: unknown): { code: ApiErrorCode; detail: string } {
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string }
  const detail = code === 'FST_ERR_CTP_INVALID_JSON_BODY' ? NO_JSON : (message ?? '')
  if (statusCode === 413) return { code: 'BODY_TOO_LARGE', detail }
  if (statusCode === 415) return { code: 'MEDIA_TYPE_UNSUPPORTED', detail }
  if (statusCode === 416) return { code: 'RANGE_NOT_SATISFIABLE', detail }
  if (statusCode === 403 || statusCode === 404) return { code: 'FILE_NOT_FOUND', detail }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { code: 'REQUEST_MALFORMED', detail }
  return { code: 'INTERNAL', detail: 'See the server’s log.' }
}

/** APP_NOT_FOUND → App not found. */
function spellOut(code: string): string {
  return code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ')
}

function problem(code: string, status: number, title: string, detail: string): ProblemBody {
  return { type: `urn:pillion:problem:${code}`, title, status, code, detail }
}
