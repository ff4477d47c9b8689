import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { statusOf } from './contract.ts'
import { assertMatches } from './matching.ts'
import type { Answer, Asked, Stage } from './stage.ts'

/** What a row may say besides its first four columns. `{name}` in any text is what the stage knows under that name. */
export interface Rest extends Omit<Asked, 'body'> {
  /** A function is asked when the row runs. */
  readonly body?: unknown
  /** Members that the answer's JSON has; see `assertMatches` for what may stand as a value. */
  readonly json?: unknown
  /** The answer's JSON, with nothing beside. */
  readonly equals?: unknown
  readonly contains?: string
  /** In the answer: by lower-case name. */
  readonly header?: Readonly<Record<string, unknown>>
  /** The answer's media type is `application/vnd.kii.<this>+json`. */
  readonly media?: string
  /** Keeps members of the answer for later rows: new name → member. */
  readonly save?: Readonly<Record<string, string>>
  /** Keeps a member of the answer as the token of a caller of that name. */
  readonly caller?: Readonly<Record<string, string>>
  /** Exactly what these receivers get, each in this order and with nothing beside. */
  readonly events?: Readonly<Record<string, readonly object[]>>
  /** Receivers that get nothing. */
  readonly silent?: readonly string[]
  readonly before?: (stage: Stage) => unknown
  readonly after?: (stage: Stage, answer: Answer) => unknown
}

/**
 * One request and its answer: a sentence, who asks, `METHOD /path` below the app (or from `/api` on), and the expected status,
 * for an error its code. `A|B` where the contract allows either.
 */
export type Row = readonly [name: string, as: string, request: string, expected: number | string, rest?: Rest]

/** Runs the rows in their order, as tests of that section of P; later rows live with what earlier ones have left. */
export function runTable(stage: Stage, title: string, rows: readonly Row[]): void {
  const section = /\(.*\)$/.exec(title)?.[0] ?? ''
  describe(title, () => {
    for (const row of rows)
      test(`${row[0]} ${section}`.trim(), async () => {
        await runRow(stage, row)
      })
  })
}

export async function runRow(stage: Stage, [, as, line, expected, rest = {}]: Row): Promise<Answer> {
  await rest.before?.(stage)
  const [method = '', path = ''] = stage.fill(line).split(' ')
  const { localAddress, type, headers, raw } = rest
  const body = stage.fill(typeof rest.body === 'function' ? rest.body() : rest.body)
  const answer = await stage.ask(as, method, path, {
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(type === undefined ? {} : { type: stage.fill(type) }),
    ...(headers === undefined ? {} : { headers: stage.fill(headers) }),
    ...(raw === undefined ? {} : { raw: typeof raw === 'string' ? stage.fill(raw) : raw }),
    ...(body === undefined ? {} : { body }),
  })
  assertExpected(answer, expected, method)
  for (const [name, member] of Object.entries(rest.save ?? {}))
    stage.names.set(name, memberOf(answer, member))
  for (const [name, member] of Object.entries(rest.caller ?? {}))
    stage.addCaller(name, memberOf(answer, member))
  assertConventions(stage, answer, method, path)
  assertRest(stage, answer, rest)
  for (const [name, events] of Object.entries(rest.events ?? {}))
    assertMatches(await stage.received(name), stage.fill(events), true, `what ${name} gets`)
  for (const name of rest.silent ?? [])
    assertMatches(await stage.received(name), [], true, `what ${name} gets`)
  await rest.after?.(stage, answer)
  return answer
}

function assertExpected(answer: Answer, expected: number | string, method: string): void {
  const shown = `${answer.status} ${answer.text.slice(0, 400)}`
  const wanted = String(expected).split('|')
  const isWanted = wanted.some((each) => {
    if (/^\d/.test(each)) return answer.status === Number(each)
    const isCode =
      method === 'HEAD' || (answer.json as { errorCode?: string } | undefined)?.errorCode === each
    return isCode && answer.status === statusOf(each)
  })
  assert.ok(isWanted, `answered ${shown}, not ${expected}`)
}

/** What every answer has, whatever was asked (P 1.3, 1.5). */
function assertConventions(
  stage: Stage,
  { status, headers, text, json }: Answer,
  method: string,
  path: string,
): void {
  const type = headers['content-type'] ?? ''
  assert.ok(status < 300 || status > 399, `${status} counts as success for the SDK (P 1.3.3)`)
  assert.equal(headers['access-control-allow-origin'], '*', 'P 1.3.9')
  assert.equal(headers['cache-control'], 'max-age=0, no-cache, no-store', 'P 1.3.9')
  assert.equal(headers['x-http-status-code'], String(status), 'P 1.3.9')
  if (status === 204) assert.equal(text, '', 'P 1.3.6')
  if (text !== '') {
    assert.match(type, /\+?json; ?charset=utf-8$/i, 'P 1.3.1')
    assert.ok(!text.includes('%'), `a percent sign: ${text} (P 1.3.2)`)
  }
  if (status === 201 && method === 'POST' && !path.includes('/push/messages'))
    assert.ok(
      headers.location?.startsWith(`${stage.server.httpUrl}/api/apps/`),
      `Location ${headers.location} (P 1.3.7)`,
    )
  if (status < 300)
    assert.ok((json as { errorCode?: string } | undefined)?.errorCode === undefined, 'P 1.3.4')
  else {
    if (method !== 'HEAD') assertErrorBody(json, type)
    const shown = [...stage.secrets].filter((secret) => text.includes(secret))
    assert.deepEqual(shown, [], `a secret in ${text}`)
  }
}

function assertErrorBody(json: unknown, type: string): void {
  const { errorCode = '', message = '', ...details } = json as { errorCode?: string; message?: string }
  assert.match(message, /^[^\n\r]+$/, `message ${JSON.stringify(message)} (P 1.5)`)
  if (/^[A-Z_]+$/.test(errorCode)) {
    assert.match(type, /^application\/vnd\.kii\.[A-Za-z]+Exception\+json/, 'P 1.5')
    return
  }
  const { error, error_description: description } = details as { error?: string; error_description?: string }
  assert.equal(error, errorCode, 'P 1.5')
  assert.match(description ?? '', /^[^:\n\r]+$/, 'P 1.5')
}

function assertRest(stage: Stage, answer: Answer, rest: Rest): void {
  if (rest.json !== undefined) assertMatches(answer.json, stage.fill(rest.json), false)
  if (rest.equals !== undefined) assertMatches(answer.json, stage.fill(rest.equals), true)
  if (rest.contains !== undefined) assert.ok(answer.text.includes(stage.fill(rest.contains)), answer.text)
  if (rest.header !== undefined) assertMatches(answer.headers, stage.fill(rest.header), false, 'headers')
  if (rest.media !== undefined)
    assert.match(
      answer.headers['content-type'] ?? '',
      new RegExp(`^application/vnd\\.kii\\.${rest.media}\\+json`),
    )
}

function memberOf({ json, text }: Answer, member: string): string {
  const value = (json as Record<string, unknown> | undefined)?.[member]
  assert.ok(value !== undefined, `no ${member} in ${text}`)
  return String(value)
}
