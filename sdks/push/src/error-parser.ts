import { statusOfCode } from './error-codes.ts'

export interface ParsedError {
  /** HTTP status; 0: no answer came, −1: the text is of no known form, −2: its code is unknown. */
  readonly status: number
  readonly code: string | null
  readonly message: string
}

/** `install push failed. statusCode: 401 error code: UNAUTHORIZED message: …`, and the form of users. */
const withStatus = /statusCode: (\d+) error code: ([A-Za-z_]+) (?:error )?message: ([\s\S]*)$/
/** `404 : https://…`, `save topic failed. statusCode: 404`: an answer without a usable body, or none. */
const statusAlone = /^(\d+) : | statusCode: (\d+)$/
/** `TOPIC_NOT_FOUND: …`. */
const codeAndText =
  /^([A-Z][A-Z_]*|invalid_grant|invalid_client|invalid_request|unsupported_grant_type): ([\s\S]*)$/

export const KiiErrorParser = {
  /** Takes apart what failure callbacks and rejections tell (P 14.1). */
  parse(error: unknown): ParsedError {
    const text = textOf(error)
    return parseWithStatus(text) ?? parseStatusAlone(text) ?? parseCodeAndText(text)
  },
}

/** Exceptions are no `Error`s (P 14.8). */
function textOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error
  return String(hasMessage ? error.message : error)
}

function parseWithStatus(text: string): ParsedError | undefined {
  const [, status, code, message] = withStatus.exec(text) ?? []
  if (status === undefined || code === undefined || message === undefined) return undefined
  return { status: Number(status), code, message }
}

function parseStatusAlone(text: string): ParsedError | undefined {
  const [, ofAddress, ofAction] = statusAlone.exec(text) ?? []
  const status = ofAddress ?? ofAction
  if (status === undefined) return undefined
  if (status === '429') return { status: 429, code: 'TOO_MANY_REQUESTS', message: 'Too many requests' }
  return { status: Number(status), code: null, message: status === '0' ? 'Network Error' : text }
}

function parseCodeAndText(text: string): ParsedError {
  const [, code, message] = codeAndText.exec(text) ?? []
  if (code === undefined || message === undefined) return { status: -1, code: null, message: text }
  return { status: statusOfCode[code] ?? -2, code, message }
}
