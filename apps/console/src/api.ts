import type { ProblemBody } from '@pillion/schema'
import { beginSession, endSession, session } from './session.ts'

const base = '/admin/v1'
const sessionCodes: ReadonlySet<string> = new Set(['SESSION_MISSING', 'SESSION_ENDED'])

/** What the server answered instead, or that it did not answer: code `SERVER_AWAY`, status 0. */
export class ProblemError extends Error {
  readonly code: string
  readonly status: number
  /** What went wrong, in the server's words; its `message` then says what to do. */
  readonly title: string | undefined

  /** `message` is a sentence for a person. */
  constructor(code: string, status: number, message: string, title?: string) {
    super(message)
    this.code = code
    this.status = status
    this.title = title
  }
}

export type Query = Record<string, string | number | boolean | undefined>

/** Of what the page asks by itself: nobody needs to be there, so it does not keep a session from ending. */
const unattended = { 'x-pillion-unattended': 'true' }

interface GetOptions {
  readonly signal?: AbortSignal
  readonly isUnattended?: boolean
}

/** @throws {ProblemError} or, when `signal` says so, an AbortError */
export async function get<T>(path: string, query: Query = {}, options: GetOptions = {}): Promise<T> {
  return (await getFromNodes<T>(path, query, options)).value
}

/** As `get`, with the nodes that did not answer in time, so that what they know is missing. */
export async function getFromNodes<T>(
  path: string,
  query: Query = {},
  options: GetOptions = {},
): Promise<{ readonly value: T; readonly silentNodes: readonly string[] }> {
  const { signal, isUnattended = false } = options
  const response = await request('GET', path + formatQuery(query), {
    ...(signal === undefined ? {} : { signal }),
    ...(isUnattended ? { headers: unattended } : {}),
  })
  const silentNodes = response.headers.get('x-pillion-silent-nodes')?.split(', ') ?? []
  return { value: (await readBody(response)) as T, silentNodes }
}

/** For what changes something: POST, PUT, PATCH, DELETE. @throws {ProblemError} */
export async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { 'x-pillion-csrf': session.peek()?.csrfToken ?? '' }
  const isFile = body instanceof Blob
  const init =
    body === undefined
      ? { headers }
      : isFile
        ? { headers: { ...headers, 'content-type': 'application/octet-stream' }, body }
        : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return (await readBody(await request(method, path, init))) as T
}

/** The parts of a path, each made safe. */
export function apiPath(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`
}

/** `absent`: this server does not offer it, or not to this role. */
export type FollowState = 'open' | 'away' | 'absent'

/**
 * Reads lines of JSON as they come, and asks again when the stream ends. The answer stops it.
 */
export function follow<T>(
  path: string,
  onLine: (line: T) => void,
  onState: (state: FollowState) => void = () => {},
): () => void {
  const end = new AbortController()
  void (async () => {
    for (let failures = 0; !end.signal.aborted; failures++) {
      let wasOpen = false
      try {
        const response = await request('GET', path, { signal: end.signal, headers: unattended })
        onState('open')
        wasOpen = true
        failures = 0
        await readLines(response, onLine)
      } catch (error) {
        if (end.signal.aborted) return
        if (error instanceof ProblemError && error.status >= 400 && error.status < 500) {
          onState('absent')
          return
        }
        // One that breaks off, say because the session was renewed, is most often there again at once.
        if (!wasOpen) onState('away')
      }
      if (end.signal.aborted) return
      await new Promise((resolve) => setTimeout(resolve, Math.min(10_000, 1_000 * 2 ** failures)))
    }
  })()
  return () => end.abort()
}

async function request(method: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(base + path, { method, credentials: 'same-origin', cache: 'no-store', ...init })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ProblemError('SERVER_AWAY', 0, 'The server does not answer.')
  }
  if (response.ok) return response
  const problem = await readProblem(response)
  const own = session.peek()
  // Only who was signed in can have lost it; a wrong password is for the form to tell.
  if (own && sessionCodes.has(problem.code)) endSession('Your session has ended. Sign in to go on.')
  if (own && problem.code === 'SECOND_FACTOR_MISSING') beginSession({ ...own, secondFactor: 'missing' })
  throw problem
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

async function readProblem(response: Response): Promise<ProblemError> {
  const problem: Partial<ProblemBody> | null = await response.json().catch(() => null)
  const text = problem?.detail ?? `The server answered ${response.status} ${response.statusText}`.trim()
  return new ProblemError(problem?.code ?? 'UNEXPECTED_ANSWER', response.status, text, problem?.title)
}

async function readLines<T>(response: Response, onLine: (line: T) => void): Promise<void> {
  if (response.body === null) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') onLine(JSON.parse(line) as T)
  }
}

function formatQuery(query: Query): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}
