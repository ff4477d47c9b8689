/** A request that did not succeed: what the server said, or that it said nothing. */
export class RequestFailure extends Error {
  /** HTTP status; 0: no answer came. */
  readonly status: number
  readonly url: string
  /** `errorCode` of the answer's body; undefined without a usable body. */
  readonly code: string | undefined
  /** What the server wrote for a person. */
  readonly text: string | undefined
  /** The whole body of the answer. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, url: string, body: unknown, options: { cause?: unknown } = {}) {
    const members = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
    const text = members.message ?? members.error_description
    const isUsable = typeof members.errorCode === 'string' && typeof text === 'string'
    super(isUsable ? `${members.errorCode}: ${text}` : `${status} : ${url}`, options)
    this.name = 'RequestFailure'
    this.status = status
    this.url = url
    this.code = isUsable ? (members.errorCode as string) : undefined
    this.text = isUsable ? text : undefined
    this.body = members
  }
}
