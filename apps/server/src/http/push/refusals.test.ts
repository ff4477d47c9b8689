import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PushError } from '@pillion/push'
import type { FastifyRequest } from 'fastify'
import { defaultLimits } from '../../limits.ts'
import { Refusals } from './refusals.ts'

const request = {
  method: 'GET',
  url: '/api/apps/k7demo01/users/me?paginationKey=secret',
  ip: '127.0.0.1',
  params: { appID: 'k7demo01' },
  headers: { authorization: 'Bearer secret' },
  pushCaller: null,
} as unknown as FastifyRequest
const known = {
  ...request,
  pushCaller: { principal: { kind: 'user', id: 'u1' } },
} as unknown as FastifyRequest

function note(each: FastifyRequest, error: PushError): unknown[][] {
  const lines: unknown[][] = []
  const log = {
    warn: (...line: unknown[]) => lines.push(line),
    error: (...line: unknown[]) => lines.push(line),
  }
  new Refusals(log as never, defaultLimits).note(each, error)
  return lines
}

test('logs in one line who was not let in, and nothing that is secret', () => {
  for (const code of ['WRONG_TOKEN', 'invalid_grant', 'UNAUTHORIZED'] as const) {
    const [[fields, text] = [], ...others] = note(request, new PushError(code, 'text'))
    assert.deepEqual(fields, { address: '127.0.0.1', appID: 'k7demo01', reason: code })
    assert.deepEqual([text, others], ['push request refused', []])
  }
})

test('logs what the server did wrong with its cause, without the query', () => {
  const cause = new Error('the store is away')
  const [[fields] = []] = note(request, new PushError('UNDEFINED_ERROR', 'text', { cause }))
  assert.deepEqual(fields, { err: cause, method: 'GET', path: '/api/apps/k7demo01/users/me' })
})

test('logs nothing of what apps ask wrongly every day', () => {
  assert.deepEqual(note(known, new PushError('UNAUTHORIZED', 'text')), [])
  assert.deepEqual(note(request, new PushError('TOPIC_NOT_FOUND', 'text')), [])
})
