import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Identity, MessageTracer, TracedMessage } from '@pillion/broker'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { ToldExporter } from './told-exporter.ts'
import { formatTraceparent, readTraceparent } from './trace-context.ts'

export interface TracingOptions {
  /** Of the collector, such as http://127.0.0.1:4318. */
  readonly otlpUrl: string
  /** Of traces that begin here; whether others are followed their beginning says. */
  readonly samplePercent: number
  readonly version: string
  readonly node: string
  readonly log: Pick<Logger, 'warn'>
}

type Properties = TracedMessage['properties']

const TRACEPARENT = 'traceparent'
const CLOSE_MILLISECONDS = 2_000

/** Spans of REST requests, of MQTT messages that bring a trace context, and of push sends. Loaded only where it is wanted. */
export class Tracing implements MessageTracer {
  readonly #provider: TracerProvider
  readonly #tracer: Tracer
  /** Of the request that is being answered. */
  readonly #current = new AsyncLocalStorage<Context>()
  readonly #requests = new WeakMap<FastifyRequest, Span>()

  constructor({ otlpUrl, samplePercent, version, node, log }: TracingOptions) {
    const url = new URL('v1/traces', otlpUrl.endsWith('/') ? otlpUrl : `${otlpUrl}/`).href
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'pillion',
        'service.version': version,
        'service.instance.id': node,
      }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(samplePercent / 100) }),
      // Bounded: what the collector does not take in time is dropped.
      spanProcessors: [
        new BatchSpanProcessor({ exporter: new ToldExporter(new OTLPTraceExporter({ url }), log) }),
      ],
    })
    this.#tracer = this.#provider.getTracer('pillion', version)
  }

  /** Every request of a surface, except streams. Before its routes are added. */
  readonly watchRequests = (surface: FastifyInstance): void => {
    surface.addHook('onRequest', (request, _reply, done) => {
      const { url: route, config } = request.routeOptions
      if (config?.isStream === true) return done()
      const parent = readTraceparent(headerOf(request, TRACEPARENT)) ?? ROOT_CONTEXT
      const name = `${request.method} ${route ?? 'none'}`
      const attributes = { 'http.request.method': request.method, 'http.route': route ?? '' }
      const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
      this.#requests.set(request, span)
      this.#current.run(trace.setSpan(parent, span), done)
    })
    surface.addHook('onResponse', async (request, { statusCode }) => {
      const span = this.#requests.get(request)
      span?.setAttribute('http.response.status_code', statusCode)
      if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR })
      span?.end()
    })
  }

  begin(topicName: string, identity: Identity, properties: Properties): TracedMessage | undefined {
    const { userProperties = [] } = properties
    const parent = readTraceparent(userProperties.find(([name]) => name === TRACEPARENT)?.[1])
    if (parent === undefined) return undefined
    const attributes = {
      'messaging.system': 'mqtt',
      'messaging.operation.name': 'route',
      'messaging.destination.name': topicName,
      'pillion.sender': `${identity.role}:${identity.name}`,
    }
    const span = this.#tracer.startSpan('mqtt route', { kind: SpanKind.CONSUMER, attributes }, parent)
    const own: [string, string] = [TRACEPARENT, formatTraceparent(span.spanContext())]
    return {
      properties: {
        ...properties,
        userProperties: [...userProperties.filter(([name]) => name !== TRACEPARENT), own],
      },
      end: (reasonCode) => {
        span.setAttribute('pillion.reason_code', reasonCode)
        if (reasonCode >= 0x80) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      },
    }
  }

  /** A push message was taken; `done` resolves when all its receivers were served. */
  readonly pushAccepted = (appID: string, done: Promise<void>): void => {
    const parent = this.#current.getStore() ?? ROOT_CONTEXT
    const options = {
      kind: SpanKind.PRODUCER,
      attributes: { 'messaging.system': 'pillion', 'pillion.app_id': appID },
    }
    const span = this.#tracer.startSpan('push send', options, parent)
    void done.then(() => span.end())
  }

  /** Sends what waits, as long as the collector takes it. */
  async close(): Promise<void> {
    const sent = this.#provider.shutdown().catch(() => {})
    await Promise.race([sent, wait(CLOSE_MILLISECONDS, undefined, { ref: false })])
  }
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}
