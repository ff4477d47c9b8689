import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import { SparingLog } from '../sparing-log.ts'

const LINES_PER_MINUTE_MAX = 1

/** Says in the log when the collector does not take what it is sent; the library itself says it to nobody. */
export class ToldExporter implements SpanExporter {
  readonly #exporter: SpanExporter
  readonly #log: SparingLog

  constructor(exporter: SpanExporter, log: Pick<Logger, 'warn'>) {
    this.#exporter = exporter
    this.#log = new SparingLog(log, () => LINES_PER_MINUTE_MAX)
  }

  export(...[spans, done]: Parameters<SpanExporter['export']>): void {
    this.#exporter.export(spans, (result) => {
      // 0 is success.
      if (result.code !== 0)
        this.#log.warn(
          { spans: spans.length, error: String(result.error) },
          'the collector of traces takes nothing',
        )
      done(result)
    })
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown()
  }
}
