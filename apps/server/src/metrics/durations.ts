import type { FastifyInstance } from 'fastify'
import { Counter, Histogram, type Registry } from 'prom-client'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its answer goes on for hours, which says nothing about the server. */
    isStream?: boolean
  }
}

const DELIVERIES_MAX = 1_000

/** What is measured while it happens, in seconds; everything else is read when somebody asks for the figures. */
export class Durations {
  readonly #signIn = new Histogram({
    name: 'pillion_sign_in_duration_seconds',
    help: 'From CONNECT until it is decided who that is, waiting for its turn included. outcome: accepted or refused.',
    labelNames: ['outcome'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [],
  })
  readonly #request = new Histogram({
    name: 'pillion_http_request_duration_seconds',
    help: 'From a request’s headers until its answer is written. route as declared, none if there is none; status as 2xx. Not of streams.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2],
    registers: [],
  })
  readonly #query = new Histogram({
    name: 'pillion_store_query_duration_seconds',
    help: 'Of single statements, waiting for a connection to PostgreSQL not included.',
    buckets: [0.0005, 0.002, 0.01, 0.05, 0.2, 1],
    registers: [],
  })
  readonly #errors = new Counter({
    name: 'pillion_store_errors_total',
    help: 'Statements that failed, those included that were tried again.',
    registers: [],
  })

  readonly #delivery = new Histogram({
    name: 'pillion_delivery_duration_seconds',
    help: 'From taking a message for a vehicle until its head unit has it, by its own report. Of messages that the ledger records and that no mailbox kept.',
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [],
  })
  /** Since somebody asked last. */
  #deliveries: number[] = []

  registerAt(registry: Registry): void {
    const metrics = [this.#signIn, this.#request, this.#query, this.#errors, this.#delivery]
    for (const metric of metrics) registry.registerMetric(metric)
  }

  signedIn(seconds: number, isAccepted: boolean): void {
    this.#signIn.observe({ outcome: isAccepted ? 'accepted' : 'refused' }, seconds)
  }

  readonly queried = (seconds: number, isError: boolean): void => {
    this.#query.observe(seconds)
    if (isError) this.#errors.inc()
  }

  readonly delivered = (seconds: number): void => {
    this.#delivery.observe(seconds)
    if (this.#deliveries.length < DELIVERIES_MAX) this.#deliveries.push(seconds)
  }

  /** Seconds of the deliveries since this was asked last, shortest first; of very many only the first. */
  takeDeliveries(): number[] {
    const taken = this.#deliveries.sort((a, b) => a - b)
    this.#deliveries = []
    return taken
  }

  /** Measures every request of the surface. Before its routes are added. */
  timeRequests(surface: FastifyInstance): void {
    surface.addHook('onResponse', async (request, reply) => {
      const { url: route = 'none', config } = request.routeOptions
      if (config?.isStream === true) return
      const status = `${Math.floor(reply.statusCode / 100)}xx`
      this.#request.observe({ method: request.method, route, status }, reply.elapsedTime / 1_000)
    })
  }
}
