import { KiiException } from './exceptions.ts'
import { RequestFailure } from './request-failure.ts'

/** Every call answers twice: by its promise, and by callbacks if it got some. A promise's array is several arguments. */
export interface Callbacks<Value, FailureArguments extends readonly unknown[]> {
  readonly success?: ((...values: SuccessArguments<Value>) => unknown) | undefined
  readonly failure?: ((...values: FailureArguments) => unknown) | undefined
}

export type SuccessArguments<Value> = Value extends readonly unknown[]
  ? Value
  : [Value] extends [undefined]
    ? []
    : [Value]

/** Of installations, topics, subscriptions, things: `failure(error)`. */
export type ErrorCallbacks<Value> = Callbacks<Value, [error: KiiError]> | null | undefined

/** Of users, groups, objects, buckets, access control lists: `failure(target, text)`. */
export type TextCallbacks<Value, Target> = Callbacks<Value, [target: Target, text: string]> | null | undefined

/** What promises reject with. `cause` is the `RequestFailure`, if a request failed. */
export class KiiError extends Error {
  /** What the call was made on; absent from static methods. */
  declare target?: unknown

  constructor(message: string, target: unknown, cause: unknown) {
    super(message, { cause })
    this.name = 'KiiError'
    if (target !== undefined && target !== null) this.target = target
  }
}

/**
 * First family of P 14.1.
 * @param action as in `save topic failed. statusCode: …`
 * @param target undefined for static methods
 */
export function runAction<Value>(
  action: string,
  target: unknown,
  callbacks: ErrorCallbacks<Value>,
  work: () => Promise<Value>,
): Promise<Value> {
  const describeAction = (cause: unknown) =>
    cause instanceof RequestFailure && cause.code === undefined
      ? `${action} failed. statusCode: ${cause.status}`
      : describe(cause, action, 'message')
  const toError = (cause: unknown) => new KiiError(describeAction(cause), target, cause)
  return settle(callbacks, work, toError, (error): [KiiError] => [error])
}

/** Second family of P 14.1: the text is `{code}: {text}`. */
export function runCall<Value, Target>(
  target: Target,
  callbacks: TextCallbacks<Value, Target>,
  work: () => Promise<Value>,
): Promise<Value> {
  const toError = (cause: unknown) => new KiiError(messageOf(cause), target, cause)
  return settle(callbacks, work, toError, (error): [Target, string] => [target, error.message])
}

/** As `runCall`, for the calls of a user that tell the status too. */
export function runUserCall<Value, Target>(
  action: string,
  target: Target,
  callbacks: TextCallbacks<Value, Target>,
  work: () => Promise<Value>,
): Promise<Value> {
  const toError = (cause: unknown) => new KiiError(describeUserCall(action, cause), target, cause)
  return settle(callbacks, work, toError, (error): [Target, string] => [target, error.message])
}

export function describeUserCall(action: string, cause: unknown): string {
  return describe(cause, action, 'error message')
}

/** For any other order of the failure's arguments. */
export function settle<Value, FailureArguments extends readonly unknown[]>(
  callbacks: Callbacks<Value, FailureArguments> | null | undefined,
  work: () => Promise<Value>,
  toError: (cause: unknown) => KiiError,
  failureArguments: (error: KiiError) => FailureArguments,
): Promise<Value> {
  const promise = work().catch((cause: unknown) => {
    throw toError(cause)
  })
  // Apps that give callbacks need not look at the promise: with this handler its rejection is none that nobody handled.
  if (callbacks) {
    promise.then(
      (value) => call(callbacks, callbacks.success, successArguments(value)),
      (error: KiiError) => call(callbacks, callbacks.failure, failureArguments(error)),
    )
  }
  return promise
}

/** What went wrong, in the words of whoever found it. */
export function messageOf(cause: unknown): string {
  if (cause instanceof Error || cause instanceof KiiException) return cause.message
  return String(cause)
}

function describe(cause: unknown, action: string, label: string): string {
  if (!(cause instanceof RequestFailure) || cause.code === undefined) return messageOf(cause)
  return `${action} failed. statusCode: ${cause.status} error code: ${cause.code} ${label}: ${cause.text}`
}

function successArguments<Value>(value: Value): SuccessArguments<Value> {
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return values as unknown as SuccessArguments<Value>
}

/** What a callback throws is the app's, and goes where its uncaught errors go. */
function call<Arguments extends readonly unknown[]>(
  callbacks: object,
  callback: ((this: object, ...values: Arguments) => unknown) | undefined,
  values: Arguments,
): void {
  try {
    callback?.call(callbacks, ...values)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
