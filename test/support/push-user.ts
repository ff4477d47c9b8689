import assert from 'node:assert/strict'

export interface EndpointAnswer {
  readonly host: string
  readonly portTCP: number
  readonly portWS: number
  readonly mqttTopic: string
  readonly username: string
  readonly password: string
}

/** A pseudo user of a push app with one MQTT installation, speaking plain REST as any back end would (P 14.7). */
export class PushUser {
  readonly userID: string
  readonly installationID: string
  readonly #site: string
  readonly #headers: Record<string, string>

  static async register(site: string, app: { appID: string; appKey: string }): Promise<PushUser> {
    const headers = { 'x-kii-appid': app.appID, 'x-kii-appkey': app.appKey }
    const type = 'application/vnd.kii.RegistrationAndAuthorizationRequest+json'
    const base = `${site}/apps/${app.appID}`
    const user = await ask<{ userID: string; _accessToken: string }>(
      base,
      '/users',
      'POST',
      headers,
      {},
      type,
    )
    const signedIn = { ...headers, authorization: `Bearer ${user._accessToken}` }
    const request = { deviceType: 'MQTT', development: false }
    const installation = await ask<{ installationID: string }>(
      base,
      '/installations',
      'POST',
      signedIn,
      request,
    )
    return new PushUser(base, signedIn, user.userID, installation.installationID)
  }

  private constructor(site: string, headers: Record<string, string>, userID: string, installationID: string) {
    this.#site = site
    this.#headers = headers
    this.userID = userID
    this.installationID = installationID
  }

  endpoint(): Promise<EndpointAnswer> {
    return ask(this.#site, `/installations/${this.installationID}/mqtt-endpoint`, 'GET', this.#headers)
  }

  /** Makes a topic of its own and subscribes to it. */
  async subscribe(topic: string): Promise<void> {
    await ask(this.#site, `/users/me/topics/${topic}`, 'PUT', this.#headers)
    const subscription = `/users/me/topics/${topic}/push/subscriptions/users/${this.userID}`
    await ask(this.#site, subscription, 'PUT', this.#headers)
  }

  send(topic: string, data: object): Promise<{ pushMessageID: string }> {
    const message = { data, mqtt: { enabled: true } }
    return ask(this.#site, `/users/me/topics/${topic}/push/messages`, 'POST', this.#headers, message)
  }
}

async function ask<Answer>(
  base: string,
  path: string,
  method: string,
  headers: Record<string, string>,
  body?: object,
  type = 'application/json',
): Promise<Answer> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const typed = body === undefined ? headers : { ...headers, 'content-type': type }
  const response = await fetch(base + path, { method, headers: typed, ...sent })
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path} answered ${response.status}: ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as Answer
}
