import { PushError, type PushErrorCode } from '@pillion/push'
import type { FastifyReply } from 'fastify'
import { isStoreUnavailable } from '../problems.ts'
import { type Answer, kiiType, sendAnswer } from './answer.ts'

/** The answer to anything thrown on the way (P 1.5); what is not meant for the caller becomes UNDEFINED_ERROR. */
export function sendError(reply: FastifyReply, error: PushError): FastifyReply {
  return sendAnswer(reply, toAnswer(error))
}

export function toPushError(error: unknown): PushError {
  if (error instanceof PushError) return error
  if (isStoreUnavailable(error)) {
    const text = 'The database cannot be used right now; try again'
    return new PushError('TEMPORARY_UNAVAILABLE_ERROR', text, { cause: error, retryAfterSeconds: 1 })
  }
  const { statusCode = 500, code = '' } = error as { statusCode?: number; code?: string }
  // What fastify found wrong before a handler saw it. Its own texts repeat the address, query and all.
  if (statusCode >= 400 && statusCode < 500) {
    const text = fastifyTexts[code] ?? 'The request is malformed'
    return new PushError('INVALID_INPUT_DATA', text, { cause: error })
  }
  return new PushError('UNDEFINED_ERROR', 'The server failed; its log says more', { cause: error })
}

const fastifyTexts: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The address cannot be decoded',
  FST_ERR_MAX_PARAM_LENGTH: 'A name in the address is too long',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Content-Type is malformed',
}

function toAnswer({ code, status, message, details, retryAfterSeconds }: PushError): Answer {
  const text = oneLine(message) || code
  const named = isOauth(code) ? oauthMembers(code, text) : { errorCode: code, message: text }
  const body = { ...details, ...named }
  const type = kiiType(`${exceptionName(code)}Exception`)
  if (retryAfterSeconds === undefined) return { status, type, body }
  return { status, type, body, headers: { 'retry-after': `${retryAfterSeconds}` } }
}

function isOauth(code: PushErrorCode): boolean {
  return code === code.toLowerCase()
}

/** The original SDK cuts the description at a colon, and reads `message` where a thing signs in (P 1.5). */
function oauthMembers(code: PushErrorCode, text: string) {
  const description = text.replaceAll(':', ',')
  return { errorCode: code, error: code, error_description: description, message: description }
}

/** TOPIC_NOT_FOUND → TopicNotFound */
function exceptionName(code: PushErrorCode): string {
  return code
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
