import { type FakeApp, FakeNetwork, type FakePartner, type FakeVehicle } from '@pillion/testkit'
import { type AppOptions, startApp, type VehicleApp } from './index.ts'

export const vin = 'VF3TEST0000000001'

/** A partner's app `alpha`, made with the helper, in a vehicle in which there is `beta` as well; and what happened to it. */
export class Ride {
  readonly network = new FakeNetwork()
  readonly partner: FakePartner
  readonly vehicle: FakeVehicle
  readonly happened: unknown[] = []
  #app: VehicleApp | undefined

  constructor(options: Partial<AppOptions> = {}) {
    this.partner = this.network.addPartner('acme')
    this.vehicle = this.network.addVehicle({
      vin,
      apps: [
        { idApp: 'alpha', uid: 'acme' },
        { idApp: 'beta', uid: 'acme' },
      ],
      scripts: { alpha: (page) => this.#start(page, options) },
    })
  }

  get app(): VehicleApp {
    if (!this.#app) throw new Error('The app has not been opened.')
    return this.#app
  }

  get page(): FakeApp {
    return this.vehicle.frames.get('alpha')
  }

  get host() {
    return this.vehicle.host
  }

  /** Opens the app and forgets what happened so far. */
  async open(): Promise<this> {
    await this.vehicle.open('alpha')
    // The helper tries again once the head unit has noticed it.
    this.network.clock.advance(250)
    this.happened.length = 0
    return this
  }

  send(content: unknown): void {
    this.partner.send(vin, 'alpha', content)
  }

  #start(page: FakeApp, options: Partial<AppOptions>): void {
    const note =
      (name: string) =>
      (...values: unknown[]) =>
        this.happened.push(values.length > 0 ? [name, ...values] : name)
    this.#app = startApp({
      idApp: 'alpha',
      window: page.window,
      onMessage: ({ content }) => note('message')(content),
      onPopupOutcome: (outcome, { content }) => note('popup')(outcome, content),
      onShow: note('show'),
      onHide: note('hide'),
      onUnloaded: note('unloaded'),
      onUpdated: note('updated'),
      onAppMessage: note('app message'),
      onNotification: (event, id) => note('notification')(event, id),
      ...options,
    })
  }
}
