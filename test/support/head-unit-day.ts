import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { Host, type LogEntry, parseScenario, type Scenario, ScenarioPlayer } from '@pillion/host'
import { defaultVehicleSignals, type HostMessage, type VehicleApp } from '@pillion/schema'
import { type AppScript, type FakeApp, FakeFrames, ManualClock, MemoryTransport } from '@pillion/testkit'

const vin = '0123456789ABCDEFG'
const topicName = `psa/OVIPPartners-Dev/to/uid/P/opa/${vin}/`
const scenarioNames = ['city-trip', 'motorway-with-tunnel', 'low-battery']
/** One more than stay loaded (W 4.2), so that opening them in turn also unloads. */
const idApps = ['alpha', 'beta', 'gamma', 'delta'] as const

/**
 * A head unit on a manual clock that is used all day: the scenarios of the page play one after the other, back ends and apps
 * send, the user taps. Nothing of what it says is kept here, so what grows grows in the host.
 */
export class HeadUnitDay {
  readonly clock = new ManualClock()
  /** What happened so far, by kind, so that a day in which nothing happens is noticed. */
  readonly counts: Record<string, number> = {}
  /** Hears every line of the log. */
  onLog: (entry: LogEntry) => void = () => {}
  readonly #frames = new FakeFrames(Object.fromEntries(idApps.map((idApp) => [idApp, busyApp])))
  readonly #transport = new MemoryTransport()
  readonly #host: Host
  readonly #scenarios: readonly Scenario[]
  readonly #speed: number
  #player: ScenarioPlayer | undefined
  #played = 0
  #versions = 0
  #wasAllowed = false

  private constructor(scenarios: readonly Scenario[], speed: number) {
    this.#scenarios = scenarios
    this.#speed = speed
    this.#host = new Host({
      vin,
      apps: this.#wall(),
      clock: this.clock,
      transport: this.#transport,
      frames: this.#frames,
      vehicle: defaultVehicleSignals,
      virtualKeyboard: true,
      log: (entry) => {
        this.#count(entry.kind)
        this.onLog(entry)
      },
    })
    this.#frames.receive = (idApp, data) => this.#host.receiveFromFrame(idApp, data)
    this.#host.subscribe(() => this.#count('view'))
  }

  /** `speed`: of the scenarios, on the manual clock. */
  static async open(speed: number): Promise<HeadUnitDay> {
    return new HeadUnitDay(await Promise.all(scenarioNames.map(readScenario)), speed)
  }

  /** Seconds of the head unit's clock, each with what an ordinary second brings. */
  async live(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.#playNextIfOver()
      if (second % 60 === 0) this.#beginMinute(second / 60)
      this.clock.advance(1_000)
      this.#followNetwork()
      if (second % 10 === 0) await this.#letGo()
    }
  }

  close(): void {
    this.#player?.pause()
    this.#host.stop()
  }

  #playNextIfOver(): void {
    if (this.#player?.view.state === 'playing') return
    const scenario = this.#scenarios[this.#played++ % this.#scenarios.length]
    if (!scenario) throw new Error('there is no scenario')
    this.#count('scenario')
    this.#player = new ScenarioPlayer({ clock: this.clock, scenario, vehicle: this.#host })
    this.#player.setSpeed(this.#speed)
    this.#player.play()
  }

  #beginMinute(minute: number): void {
    const host = this.#host
    const idApp = idApps[minute % idApps.length] ?? 'alpha'
    for (let count = 0; count < 3; count++) for (const each of idApps) this.#send(each, { minute, count })
    if (minute % 2 === 0) this.#send(idApp, { minute }, { popup: true, popupText: `Minute ${minute}` })
    if (minute % 3 === 0) host.openApp(idApp)
    if (minute % 3 === 1) host.showModule('navigation')
    if (minute % 3 === 2) host.showModule('web')
    if (minute % 4 === 1) host.pressOk()
    if (minute % 4 === 3) host.pressReturn()
    if (minute % 5 === 0) this.#readNews()
    host.answerGuidance(minute % 2 === 0)
    host.closeKeyboard(minute % 2 === 0 ? 'typed' : undefined)
    if (minute % 7 === 0) host.pressHome()
    if (minute % 60 === 59) host.setApps(this.#wall())
  }

  /** The user opens one notification, deletes another, goes to the app of a third, and leaves the rest. */
  #readNews(): void {
    const host = this.#host
    const [first, second, third] = host.view.notifications
    host.openCenter()
    if (first) host.openNotification(first.key)
    if (second) host.deleteNotification(second.key)
    if (third) host.openNotificationApp(third.key)
    host.closeCenter()
  }

  #send(idApp: string, content: unknown, fields: object = { popup: false }): void {
    this.#transport.deliver(topicName, { idApp, content, receipt: 'r', ...fields })
  }

  /** The connection comes and goes as the host wishes; with it comes what the server has kept (W 9.3). */
  #followNetwork(): void {
    const { allowed } = this.#transport
    if (allowed === this.#wasAllowed) return
    this.#wasAllowed = allowed
    if (!allowed) {
      this.#transport.disconnect()
      return
    }
    this.#transport.connect()
    const payload = JSON.stringify({ idApp: 'alpha', content: 'kept' })
    this.#transport.deliverKept([{ uid: 'P', subtopic: '', payload }])
    this.#count('reconnection')
  }

  /** Every hour one app has a new version, and another is gone or there again. */
  #wall(): VehicleApp[] {
    const version = this.#versions++
    return idApps
      .filter((idApp) => idApp !== 'delta' || version % 2 === 0)
      .map((idApp) => ({
        idApp,
        name: idApp,
        uid: 'P',
        url: `http://${idApp}.test/${idApp === 'alpha' ? version : 0}/`,
        drivingMode: true,
      }))
  }

  /** Lets answers come, and forgets what the fakes have recorded. */
  async #letGo(): Promise<void> {
    await setImmediate()
    for (const app of this.#frames.opened) {
      this.#count('app_messages', app.messages.length)
      app.messages.length = 0
      app.happened.length = 0
    }
    const open = idApps.map((idApp) => this.#frames.find(idApp)).filter((app) => app !== undefined)
    this.#frames.opened.splice(0, Number.POSITIVE_INFINITY, ...open)
    this.#count('uplinks', this.#transport.published.length)
    this.#transport.published.length = 0
  }

  #count(kind: string, by = 1): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + by
  }
}

async function readScenario(name: string): Promise<Scenario> {
  const file = new URL(`../../apps/portal/public/scenarios/${name}.yaml`, import.meta.url)
  const parsed = parseScenario(await readFile(file, 'utf8'))
  if (parsed.scenario === undefined) throw new Error(`${name}: ${JSON.stringify(parsed.faults)}`)
  return parsed.scenario
}

/** Answers every message, and with every few of them does one of the other things that apps do. */
const busyApp: AppScript = (app) => {
  let heard = 0
  app.onMessage = (message: HostMessage) => {
    if (message.type === 'WebPortal.onApplicationShow') app.getPendingNotifications()
    if (message.type !== 'WebPortal.onCurrentNotificationReceived') return
    app.send(message.value.content)
    heard += 1
    habits[heard % habits.length]?.(app, heard)
  }
  app.announce()
}

const habits: readonly ((app: FakeApp, heard: number) => void)[] = [
  (app) => app.publish('{"content":"published"}', 'a/b'),
  (app, heard) => app.notify({ id: String(heard), body: 'News', data: { heard } }),
  (app) => app.openPopup('Look!'),
  (app) => app.openPopup('Look!', 'nativePopup'),
  (app, heard) => app.writeTo('beta', { heard }),
  (app) => app.openOther('gamma'),
  (app) => app.focusField('text', 'label'),
  (app) => app.post({ pillion: 'audio', source: 'MEDIA_PLAYER_SOURCE', isActive: true }),
  (app) => app.post({ pillion: 'phoneCall', number: '112' }),
  (app) => app.post({ pillion: 'console', level: 'log', text: 'line' }),
  (app) =>
    app.post({
      pillion: 'guidance',
      request: {
        destination: { latitude: 48.9, longitude: 2.3 },
        waypoints: [],
        label: 'There',
        confirms: true,
      },
    }),
  (app) => app.post({ type: 'WebPortal.nothing' }),
  (app) => app.reload(),
]
