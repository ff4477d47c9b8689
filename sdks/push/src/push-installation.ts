import { Access, encodeSegment } from './access.ts'
import { type ConnectOptions, PushConnection } from './connect/push-connection.ts'
import { InvalidArgumentException } from './exceptions.ts'
import { type ErrorCallbacks, runAction } from './outcome.ts'
import { RequestFailure } from './request-failure.ts'

export interface InstallationResponse {
  readonly installationID: string
  readonly installationRegistrationID: string
}

/** Where and how the installation's messages are got over MQTT (P 6.3). */
export interface MqttEndpoint {
  readonly installationID: string
  readonly username: string
  readonly password: string
  /** Client ID and topic filter. */
  readonly mqttTopic: string
  /** Name or address, without scheme and port. */
  readonly host: string
  readonly portTCP: number
  readonly portSSL: number
  readonly portWS: number
  readonly portWSS: number
  /** Seconds that these values are good for. */
  readonly 'X-MQTT-TTL': number
}

const deviceTypes = ['ANDROID', 'IOS', 'MQTT']
const endpointRequestsMax = 3
const endpointRetryMilliseconds = 1_000

/** Installs and uninstalls push for the user that is logged in (P 6, 14.4). */
export class KiiPushInstallation {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  /** @param development true: gets what is sent to development, else what is sent to production */
  installMqtt(
    development: boolean,
    callbacks?: ErrorCallbacks<InstallationResponse>,
  ): Promise<InstallationResponse> {
    return runAction('install push', this, callbacks, async () => {
      checkDevelopment(development)
      return this.#install({ deviceType: 'MQTT', development })
    })
  }

  /** @param installationRegistrationID as the vendor's push service gave it */
  installGcm(
    installationRegistrationID: string,
    development: boolean,
    callbacks?: ErrorCallbacks<InstallationResponse>,
  ): Promise<InstallationResponse> {
    return this.#installOther('ANDROID', installationRegistrationID, development, callbacks)
  }

  /** @param deviceToken as the vendor's push service gave it */
  installApns(
    deviceToken: string,
    development: boolean,
    callbacks?: ErrorCallbacks<InstallationResponse>,
  ): Promise<InstallationResponse> {
    return this.#installOther('IOS', deviceToken, development, callbacks)
  }

  /** Three requests at most, a second apart, while the endpoint is being prepared (503). */
  getMqttEndpoint(installationID: string, callbacks?: ErrorCallbacks<MqttEndpoint>): Promise<MqttEndpoint> {
    return runAction('get mqtt endpoint', this, callbacks, async () => {
      const path = `/installations/${checkID(installationID, 'installation ID')}/mqtt-endpoint`
      for (let request = 1; ; request += 1) {
        try {
          return (await this.#access.send('GET', path)).body as MqttEndpoint
        } catch (error) {
          const isPrepared = !(error instanceof RequestFailure && error.status === 503)
          if (isPrepared || request === endpointRequestsMax) throw error
          await this.#access.app.sleep(endpointRetryMilliseconds)
        }
      }
    })
  }

  /** @param deviceType `ANDROID`, `IOS` or `MQTT` */
  uninstall(
    installationRegistrationID: string,
    deviceType: string,
    callbacks?: ErrorCallbacks<undefined>,
  ): Promise<undefined> {
    return runAction('uninstall push', this, callbacks, async () => {
      const id = checkID(installationRegistrationID, 'installation registration ID')
      if (!deviceTypes.includes(deviceType))
        throw new InvalidArgumentException(`the device type must be one of ${deviceTypes.join(', ')}`)
      await this.#access.send('DELETE', `/installations/${deviceType}:${id}`)
      return undefined
    })
  }

  uninstallByInstallationID(
    installationID: string,
    callbacks?: ErrorCallbacks<undefined>,
  ): Promise<undefined> {
    return runAction('uninstall push', this, callbacks, async () => {
      await this.#access.send('DELETE', `/installations/${checkID(installationID, 'installation ID')}`)
      return undefined
    })
  }

  /**
   * Beyond the original: installs MQTT if it is not yet, connects, hands over messages and stays connected until `close()`.
   * It belongs to who is logged in now, also after a log-out.
   * @throws KiiError if it cannot be installed, PushConnectionError if it cannot be connected
   */
  connect(options: ConnectOptions = {}): Promise<PushConnection> {
    const { app, token } = this.#access
    return PushConnection.open(app, new KiiPushInstallation(new Access(app, token)), options)
  }

  #installOther(
    deviceType: string,
    registrationID: string,
    development: boolean,
    callbacks: ErrorCallbacks<InstallationResponse>,
  ): Promise<InstallationResponse> {
    return runAction('install push', this, callbacks, async () => {
      checkID(registrationID, 'registration ID')
      checkDevelopment(development)
      return this.#install({ deviceType, development, installationRegistrationID: registrationID })
    })
  }

  async #install(body: object): Promise<InstallationResponse> {
    const type = 'InstallationCreationRequest'
    return (await this.#access.send('POST', '/installations', { type, body })).body as InstallationResponse
  }
}

/** With the token of a thing (P 14.5). */
export class KiiPushInstallationWithToken extends KiiPushInstallation {}

/** Ready for a path. */
function checkID(id: unknown, what: string): string {
  if (typeof id !== 'string' || id === '')
    throw new InvalidArgumentException(`the ${what} must be a string that is not empty`)
  return encodeSegment(id)
}

function checkDevelopment(development: unknown): void {
  if (typeof development !== 'boolean')
    throw new InvalidArgumentException('development must be true or false')
}
