import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpRequest } from './http-load.ts'
import type { PushStarted } from './push-process.ts'

export interface Endpoint {
  readonly username: string
  readonly password: string
}

/** Speaks push REST as a user or as the app's admin. */
export class PushRest {
  readonly #started: PushStarted
  readonly #base: string
  #headers: Record<string, string>
  #user = ''

  constructor(started: PushStarted) {
    const { httpPort, app } = started
    this.#started = started
    this.#base = `http://127.0.0.1:${httpPort}/api/apps/${app.appID}`
    this.#headers = { 'x-kii-appid': app.appID, 'x-kii-appkey': app.appKey }
  }

  /** A pseudo user with a topic that nobody is subscribed to. */
  async openAsUser(): Promise<void> {
    const type = 'application/vnd.kii.RegistrationAndAuthorizationRequest+json'
    const user = await this.#ask<{ userID: string; _accessToken: string }>('POST', '/users', {}, type)
    this.#user = user.userID
    this.#headers = { ...this.#headers, authorization: `Bearer ${user._accessToken}` }
    await this.#ask('PUT', '/users/me/topics/quiet')
  }

  async openAsAdmin(): Promise<void> {
    const { clientID, clientSecret } = this.#started.app
    const body = { client_id: clientID, client_secret: clientSecret }
    const { access_token } = await this.#ask<{ access_token: string }>('POST', '/oauth2/token', body)
    this.#headers = { ...this.#headers, authorization: `Bearer ${access_token}` }
  }

  createObject(body: string): HttpRequest {
    return this.#request(`/users/${this.#user}/buckets/readings/objects`, body)
  }

  sendMessage(): HttpRequest {
    return this.#request(`/users/${this.#user}/topics/quiet/push/messages`, message)
  }

  async send(topicID: string): Promise<void> {
    await this.#ask('POST', `/topics/${topicID}/push/messages`, JSON.parse(message) as object)
  }

  endpoint(installationID: string): Promise<Endpoint> {
    return this.#ask('GET', `/installations/${installationID}/mqtt-endpoint`)
  }

  /** Waits until so many deliveries were tried since the server's start. */
  async untilSent({ httpPort }: PushStarted, deliveries: number): Promise<void> {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${httpPort}/metrics`)
      const found = (await response.text()).matchAll(/^pillion_push_deliveries_total\{[^}]*\} (\d+)$/gm)
      const tried = [...found].reduce((total, [, count]) => total + Number(count), 0)
      if (tried >= deliveries) return
      await sleep(200)
    }
  }

  #request(path: string, body: string): HttpRequest {
    const { pathname } = new URL(this.#base + path)
    const headers = { ...this.#headers, 'content-type': 'application/json' }
    return { port: this.#started.httpPort, method: 'POST', path: pathname, headers, body }
  }

  async #ask<Answer>(
    method: string,
    path: string,
    body?: object,
    type = 'application/json',
  ): Promise<Answer> {
    const headers = body === undefined ? this.#headers : { ...this.#headers, 'content-type': type }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(this.#base + path, { method, headers, ...sent })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }
}

const message = JSON.stringify({ data: { text: 'The ferry is late', minutes: 20 }, mqtt: { enabled: true } })
