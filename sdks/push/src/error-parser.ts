import { statusOfCode } from './error-codes.ts'

export interface ParsedError {
  /** HTTP status; 0: no answer came, −1: the text is of no known form, −2: its code is unknown. */
  readonly status: number
  readonly code: string | null
  readonly message: string
}

/** `install push failed. statusCode: 401 error code: UNAUTHORIZED message: …`, and the form of users. */
const withStatus = /statusCode: (\d+) error code: ([A-Za-z_]+) (?:error )?message: ([\s\S]*)$/
/** `404 : https://…`: an answer without a usable body, or none. */
const statusAndAddress = /^(\d+) : /
/** `TOPIC_NOT_FOUND: …`. */
const codeAndText =
  /^([A-Z][A-Z_]*|invalid_grant|invalid_client|invalid_request|unsupported_grant_type): ([\s\S]*)$/

export const KiiErrorParser = {
  /** Takes apart what failure callbacks and rejections tell (P 14.1). */
  parse(error: unknown): ParsedError {
    const text = error instanceof Error ? error.message : String(error)
    return parseWithStatus(text) ?? parseStatusAndAddress(text) ?? parseCodeAndText(text)
  },
}

function parseWithStatus(text: string): ParsedError | undefined {
  const [, status, code, message] = withStatus.exec(text) ?? []
  if (status === undefined || code === undefined || message === undefined) return undefined
  return { status: Number(status), code, message }
}

function parseStatusAndAddress(text: string): ParsedError | undefined {
  const [, status] = statusAndAddress.exec(text) ?? []
  if (status === undefined) return undefined
  const message = status === '0' ? 'Network Error' : status === '429' ? 'Too Many Requests' : text
  return { status: Number(status), code: null, message }
}

function parseCodeAndText(text: string): ParsedError {
  const [, code, message] = codeAndText.exec(text) ?? []
  if (code === undefined || message === undefined) return { status: -1, code: null, message: text }
  return { status: statusOfCode[code] ?? -2, code, message }
}
