import type { FastifyRequest } from 'fastify'
import type { Config, ListenerName } from '../../config.ts'
import type { BoundListener } from '../../listeners/bound-listener.ts'
import { parseHost } from '../hosts.ts'

/** Where MQTT clients of push find this server (P 6.3); goes into the endpoint beside the credentials. */
export class EndpointAddress {
  readonly #config: Pick<Config, 'push' | 'listeners'>
  readonly #bound: readonly BoundListener[]

  constructor(config: Pick<Config, 'push' | 'listeners'>, bound: readonly BoundListener[]) {
    this.#config = config
    this.#bound = bound
  }

  /** Without a configured host, the one under which the endpoint was asked for: it has just been reached. */
  of(request: FastifyRequest) {
    const { host, portTCP, portSSL, portWS, portWSS } = this.#config.push
    return {
      host: host || (parseHost(request.headers.host) ?? '127.0.0.1'),
      portTCP: portTCP || this.#portOf('mqtt'),
      portSSL: portSSL || this.#portOf('mqtts'),
      portWS: portWS || this.#portOf('http'),
      portWSS: portWSS || this.#portOf('https'),
    }
  }

  /** Of a listener that is off, the port that is reserved for it. */
  #portOf(listener: ListenerName): number {
    return this.#bound.find(({ name }) => name === listener)?.port ?? this.#config.listeners[listener].port
  }
}
