import type { PushError, PushErrorCode } from '@pillion/push'
import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Limits } from '../../limits.ts'
import { SparingLog } from '../../sparing-log.ts'

/** Where somebody was not let in, as against not let at something, which is an app's daily bread. */
const codes: ReadonlySet<PushErrorCode> = new Set([
  'APP_DISABLED',
  'invalid_client',
  'invalid_grant',
  'THING_DISABLED',
  'TOO_MANY_REQUESTS',
  'USER_DISABLED',
  'WRONG_PASSWORD',
  'WRONG_REFRESH_TOKEN',
  'WRONG_TOKEN',
])

/** Tells the log who was turned away, and what went wrong; never a secret, and no query. */
export class Refusals {
  readonly #log: Pick<Logger, 'warn' | 'error'>
  readonly #sparingLog: SparingLog

  constructor(log: Pick<Logger, 'warn' | 'error'>, limits: Limits) {
    this.#log = log
    this.#sparingLog = new SparingLog(log, () => limits.logLinesPerMinuteMax)
  }

  note(request: FastifyRequest, error: PushError): void {
    const { method, url, pushCaller } = request
    if (error.code === 'UNDEFINED_ERROR') {
      this.#log.error(
        { err: error.cause ?? error, method, path: url.split('?', 1)[0] },
        'push request failed',
      )
    } else if (codes.has(error.code) || (error.code === 'UNAUTHORIZED' && pushCaller === null)) {
      const { appID } = request.params as { appID?: string }
      const fields = { address: request.ip, appID: appID?.slice(0, 64), reason: error.code }
      this.#sparingLog.warn(fields, 'push request refused')
    }
  }
}
