import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Tracing } from './tracing.ts'

/** Undefined if the configuration names no collector: then nothing of it is even loaded. */
export async function openTracing(
  { telemetry }: Config,
  version: string,
  node: string,
  log: Logger,
): Promise<Tracing | undefined> {
  if (telemetry.otlpUrl === '') return undefined
  const { Tracing } = await import('./tracing.ts')
  return new Tracing({ ...telemetry, version, node, log })
}
