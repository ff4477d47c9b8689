import { type Caller, type PushApp, PushError, type Scope } from '@pillion/push'
import type { FastifyRequest } from 'fastify'
import { kiiType } from './answer.ts'
import { badField, type JsonBody, readObject, readShape, readText } from './bodies.ts'

/** One request of somebody in some app, as handlers see it. */
export class Call {
  readonly request: FastifyRequest
  readonly caller: Caller
  /** What is made gets this id, if the request may come again (Idempotency-Key). */
  readonly madeID: string | undefined

  constructor(request: FastifyRequest, caller: Caller, madeID?: string) {
    this.request = request
    this.caller = caller
    this.madeID = madeID
  }

  get app(): PushApp {
    return this.caller.app
  }

  /** A segment of the path, decoded. */
  param(name: string): string {
    return (this.request.params as Record<string, string>)[name] ?? ''
  }

  query(name: string): string | undefined {
    const value = (this.request.query as Record<string, string | string[]>)[name]
    if (Array.isArray(value)) throw badField(name, 'is given more than once')
    return value
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** The media type without parameters, in lower case; '' if there is none. */
  get mediaType(): string {
    return (this.request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  }

  /** Was the body sent as this vendor media type? */
  hasType(name: string): boolean {
    return this.mediaType === kiiType(name).toLowerCase()
  }

  /** Reads the body when it is called, which the domain does once everything else is in order (P 2.3). */
  body<Shape>(shape: object): () => Shape {
    return () => readShape<Shape>(this.request, shape)
  }

  objectBody(): () => JsonBody {
    return () => readObject(this.request)
  }

  /** The body as it came. */
  textBody(): () => string {
    return () => {
      const text = readText(this.request)
      if (text === '') throw new PushError('MISSING_DATA', 'This request needs a body')
      return text
    }
  }

  /** Absolute address of something in this app, for the header Location (P 1.3 row 7). Names in it need no encoding (P 1.6). */
  location(...segments: readonly string[]): { location: string } {
    const { protocol, host } = this.request
    return { location: `${protocol}://${host}/api/apps/${this.app.appID}/${segments.join('/')}` }
  }
}

/** The path of a scope, with plain ids whatever form the request used (P 7.1). */
export function scopeSegments({ kind, id }: Scope): string[] {
  return kind === 'app' ? [] : [`${kind}s`, id]
}
