import type { FastifyRequest } from 'fastify'
import type { ListenerName } from '../../config.ts'
import type { BoundListener } from '../../listeners/bound-listener.ts'
import type { SettingsInForce } from '../../settings/settings-in-force.ts'
import { parseHost } from '../hosts.ts'

/** Where MQTT clients of push find this server (P 6.3); goes into the endpoint beside the credentials. */
export class EndpointAddress {
  readonly #settings: Pick<SettingsInForce, 'now'>
  readonly #bound: readonly BoundListener[]

  constructor(settings: Pick<SettingsInForce, 'now'>, bound: readonly BoundListener[]) {
    this.#settings = settings
    this.#bound = bound
  }

  /** Without a configured host, the one under which the endpoint was asked for: it has just been reached. */
  of(request: FastifyRequest) {
    const { host, portTCP, portSSL, portWS, portWSS } = this.#settings.now.push
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
    return (
      this.#bound.find(({ name }) => name === listener)?.port ?? this.#settings.now.listeners[listener].port
    )
  }
}
