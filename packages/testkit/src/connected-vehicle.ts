import { MqttTransport, systemClock, type TransportStatus } from '@pillion/host'
import { FakeVehicle, type FakeVehicleOptions } from './fake-vehicle.ts'
import { waitUntil } from './wait-until.ts'

export interface ConnectedVehicleOptions extends FakeVehicleOptions {
  /** `mqtt(s)://…` or `ws(s)://…/mqtt` */
  readonly url: string
  readonly password: string
  /** Topic root (W 2.3). */
  readonly root?: string
  /** PEM of the authority that vouches for the broker. */
  readonly caPem?: string
  /** How long `connect` waits; by default 5,000. */
  readonly connectMilliseconds?: number
  /** Given: what the server tells its head units is heard, and followed as to reports. */
  readonly onNotice?: () => void
}

/** A `FakeVehicle` with the real connection to a real broker, in real time. */
export class ConnectedVehicle extends FakeVehicle {
  readonly transport: MqttTransport

  private constructor(options: ConnectedVehicleOptions) {
    const { url, vin, password, root, caPem, onNotice } = options
    const transport = new MqttTransport({
      url,
      vin,
      password,
      ...(root === undefined ? {} : { root }),
      ...(caPem === undefined ? {} : { caPem }),
      ...(onNotice === undefined ? {} : { onNotice }),
      onReports: (isWanted) => this.host.useReports(isWanted),
    })
    super(options, { clock: systemClock, transport, root })
    this.transport = transport
  }

  /** Resolves when the broker has taken the sign-in and the subscription; rejects with the broker's reason if it refuses, and with the last failure when the time is over. */
  static async connect(options: ConnectedVehicleOptions): Promise<ConnectedVehicle> {
    const vehicle = new ConnectedVehicle(options)
    const { transport } = vehicle
    try {
      await waitUntil(
        'the connection to the broker',
        () => isConnected(transport.status),
        options.connectMilliseconds,
      )
    } catch (error) {
      const { text } = transport.status
      vehicle.close()
      throw new Error(`${vehicle.vin} is not connected: ${text}`, { cause: error })
    }
    return vehicle
  }
}

function isConnected({ state, text }: TransportStatus): boolean {
  if (state === 'refused' || state === 'taken_over') throw new Error(text)
  return state === 'connected'
}
