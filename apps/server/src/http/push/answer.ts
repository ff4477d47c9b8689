import type { FastifyReply } from 'fastify'

/** What a handler gives back; sent by `sendAnswer`. */
export interface Answer {
  readonly status: number
  /** Media type without parameters; absent: without a body. */
  readonly type?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One of the answers a route may give: what the documentation shows of it, and the way to make it. */
export class AnswerForm<Body> {
  readonly status: 200 | 201
  readonly type: string
  /** TypeBox schema of the body. */
  readonly shape: object

  /** @param name of the vendor media type, such as UserDataRetrievalResponse */
  constructor(status: 200 | 201, name: string, shape: object) {
    this.status = status
    this.type = kiiType(name)
    this.shape = shape
  }

  with(body: Body, headers?: Readonly<Record<string, string>>): Answer {
    return headers === undefined
      ? { status: this.status, type: this.type, body }
      : { status: this.status, type: this.type, body, headers }
  }
}

export const noContent: Answer = { status: 204 }

export function kiiType(name: string): string {
  return `application/vnd.kii.${name}+json`
}

type Defined<Members> = { [Name in keyof Members]: Exclude<Members[Name], undefined> }

/** JSON leaves out what is undefined; the type says so. */
export function definedMembers<Members extends object>(members: Members): Defined<Members> {
  return members as Defined<Members>
}

export function sendAnswer(reply: FastifyReply, { status, type, body, headers }: Answer): FastifyReply {
  reply.code(status)
  if (headers !== undefined) reply.headers(headers)
  return type === undefined ? reply.send() : reply.type(`${type};charset=UTF-8`).send(toJson(body))
}

/** Without a percent sign: the original SDK takes bodies for URL-encoded text before it parses them (P 1.3 row 2). */
function toJson(body: unknown): string {
  const text = JSON.stringify(body)
  return text.includes('%') ? text.replaceAll('%', '\\u0025') : text
}
