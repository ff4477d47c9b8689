import { isUtf8 } from 'node:buffer'
import { PushError, type PushErrorCode } from '@pillion/push'
import { limits } from '@pillion/schema'
import type { FastifyRequest, FastifySchemaValidationError } from 'fastify'

export type JsonBody = Readonly<Record<string, unknown>>

/**
 * The body as JSON of that shape. Called when its turn has come, which is last (P 2.3).
 * @param shape TypeBox schema; compiled once
 * @throws {PushError} MISSING_DATA, INVALID_JSON, INVALID_INPUT_DATA
 */
export function readShape<Shape>(request: FastifyRequest, shape: object): Shape {
  return checkShape(request, readJson(request), shape)
}

/**
 * The body as it came; '' if there is none.
 * @param code of what is no UTF-8: decoded all the same, it would be kept as something that nobody has sent
 */
export function readText({ body }: FastifyRequest, code: PushErrorCode = 'INVALID_INPUT_DATA'): string {
  const bytes = (body ?? Buffer.alloc(0)) as Buffer
  if (isUtf8(bytes)) return bytes.toString()
  throw new PushError(code, 'The body is not UTF-8')
}

export function checkShape<Shape>(request: FastifyRequest, value: unknown, shape: object): Shape {
  const validate = request.compileValidationSchema(shape as Record<string, unknown>)
  if (validate(value)) return value as Shape
  const [error] = validate.errors ?? []
  const missing = error?.params.missingProperty
  const inside = (error?.instancePath ?? '').split('/').slice(1)
  const path = typeof missing === 'string' ? [...inside, missing] : inside
  throw badField(path.join('.'), typeof missing === 'string' ? 'is missing' : reasonOf(error))
}

function reasonOf(error: FastifySchemaValidationError | undefined): string {
  const values = error?.params.allowedValues
  if (Array.isArray(values)) return `must be one of ${values.join(', ')}`
  return error?.message ?? 'is not as it must be'
}

/** A JSON object with any members. */
export function readObject(request: FastifyRequest): JsonBody {
  const value = readJson(request)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PushError('INVALID_INPUT_DATA', 'The body must be a JSON object')
  return value as JsonBody
}

/** For bodies whose members are given back as members of an answer: the original SDK would take it for an error (P 1.3 row 4). */
export function refuseErrorCode<Body extends object>(body: Body): Body {
  if ('errorCode' in body)
    throw badField('errorCode', 'cannot be the name of a field: clients would take it for an error')
  return body
}

export function badField(field: string, reason: string): PushError {
  if (field === '') return new PushError('INVALID_INPUT_DATA', `The body ${reason}`, { details: { reason } })
  return new PushError('INVALID_INPUT_DATA', `${field} ${reason}`, { details: { field, reason } })
}

function readJson(request: FastifyRequest): unknown {
  const text = readText(request, 'INVALID_JSON')
  if (text.trim() === '') throw new PushError('MISSING_DATA', 'This request needs a body')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new PushError('INVALID_JSON', 'The body is not JSON', { cause })
  }
  const isShort = text.length <= 2 * limits.payloadDepthMax
  if (!isShort && isDeeperThan(value, limits.payloadDepthMax))
    throw new PushError('INVALID_INPUT_DATA', `The body nests deeper than ${limits.payloadDepthMax} levels`)
  return value
}

/** What nests without end is parsed, and would end the stack of whoever writes it again. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const name in value) {
    if (isDeeperThan((value as JsonBody)[name], levels - 1)) return true
  }
  return false
}
