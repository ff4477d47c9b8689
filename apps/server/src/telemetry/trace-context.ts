import { ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api'

/** W3C Trace Context, level 1. Later versions may add fields after these four. */
const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** The context that a `traceparent` names; undefined if it is none. */
export function readTraceparent(text: string | undefined): typeof ROOT_CONTEXT | undefined {
  const [, version = 'ff', traceId = '', spanId = '', flags = '', more] = pattern.exec(text ?? '') ?? []
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true }
  return trace.setSpanContext(ROOT_CONTEXT, context)
}

export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 1).toString(16).padStart(2, '0')}`
}
