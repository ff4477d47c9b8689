import { createContext, isContext, runInContext } from 'node:vm'
import type {
  AppNotification,
  FrameEvent,
  FrameState,
  HostMessage,
  HostToFrame,
  Payload,
  VehicleApp,
} from '@pillion/schema'
import { type AppWindow, createAppWindow, type MemoryStorage } from './app-window.ts'
import { InjectedGlobals } from './vehicle-globals.ts'

/** What an app's page does once its globals are in place; most call `app.announce()`, or run scripts that do. */
export type AppScript = (app: FakeApp) => void

/** The page of an app without a browser: what the frame script and the app's own scripts would do, and a record of what they got. */
export class FakeApp {
  readonly about: VehicleApp
  /** What the getters of this document answer from. */
  state: FrameState
  /** Messages as the app's own listener sees them, oldest first. */
  readonly messages: HostMessage[] = []
  /** Types of messages and names of events, such as `HMI.WebBrowser show`, in the order in which they came. */
  readonly happened: string[] = []
  /** What the text field with the focus holds; undefined if none has it. */
  field: string | undefined
  /** Called with each message, after it was recorded. */
  onMessage: (message: HostMessage) => void = () => {}
  /** Called with each event's emitter and name, after it was recorded. */
  onEvent: (name: string) => void = () => {}
  #options: FakeAppOptions
  #document: Document | undefined
  #open = true

  constructor(about: VehicleApp, state: FrameState, options: FakeAppOptions) {
    this.about = about
    this.state = state
    this.#options = options
  }

  get open(): boolean {
    return this.#open
  }

  /** The window of the document there is. @throws before there is one */
  get window(): AppWindow {
    if (!this.#document) throw new Error(`${this.about.idApp} has no document yet.`)
    return this.#document.window
  }

  /** The values of `onCurrentNotificationReceived`, oldest first. */
  get received(): Payload[] {
    return this.messages.flatMap((message) =>
      message.type === 'WebPortal.onCurrentNotificationReceived' ? [message.value] : [],
    )
  }

  /** The document is there: its globals are in place, then its own script runs. */
  load(): void {
    if (!this.#open) return
    this.#document?.close()
    const injected = new InjectedGlobals(
      () => this.state,
      (message) => this.post(message),
    )
    const { storage, after } = this.#options
    const postToHost = (data: unknown) => this.post(data)
    const page = createAppWindow({ globals: injected.globals, storage, after, postToHost })
    this.#document = { ...page, injected }
    this.post({ pillion: 'ready' })
    this.#options.script?.(this)
  }

  /** The app reloads itself: a new document, which begins with nothing but the latest state (W 4.2 row 12). */
  reload(): void {
    this.state = { ...this.state, launched: false }
    this.load()
  }

  /** Runs one of the app's own scripts in its window, as `<script>` would; there is no `document`, unless you put one into the window. */
  runScript(code: string, filename?: string): unknown {
    const { window } = this
    const context = isContext(window) ? window : createContext(window)
    return runInContext(code, context, filename === undefined ? {} : { filename })
  }

  /** W 4.2 row 3 */
  announce(): void {
    this.post({ type: 'WebPortal.onApplicationLoaded' })
  }

  /** W 6.4 */
  send(value: unknown, topic?: string): void {
    this.post({
      type: 'WebPortal.onSendNotificationRequest',
      value,
      ...(topic === undefined ? {} : { topic }),
    })
  }

  /** W 6.4 */
  publish(payload: string, subtopic?: string): void {
    this.post({ type: 'WebPortal.MQTT.publish', payload, ...(subtopic === undefined ? {} : { subtopic }) })
  }

  /** W 7.3 */
  openPopup(text: string, family: 'popup' | 'nativePopup' = 'popup'): void {
    this.post({ type: `WebPortal.${family}.open`, text })
  }

  /** W 7.4 */
  notify(notification: AppNotification): void {
    this.post({ type: 'WebPortal.notification.new', notification })
  }

  /** W 6.5 */
  writeTo(appId: string, content: unknown): void {
    this.post({ type: 'WebPortal.postMessage', appId, content })
  }

  /** W 6.6 */
  openOther(appId: string): void {
    this.post({ type: 'WebPortal.app.open', appId })
  }

  /** The user taps a text field (W 6.7). */
  focusField(text = '', label = ''): void {
    if (!this.state.virtualKeyboard) return
    this.field = text
    this.post({ pillion: 'keyboard', text, label, inputType: 'text', charactersMax: undefined })
  }

  /** Anything else, to `window.parent`. */
  post(data: unknown): void {
    if (this.#open) this.#options.postToHost(structuredClone(data))
  }

  /** W 6.2 */
  getPendingNotifications(idApp?: string): Payload[] {
    return this.window.WebPortal.getPendingNotifications(idApp)
  }

  /** For `FakeFrames`: a message from the host page. Without a document there is nobody to hear it. */
  take(message: HostMessage | HostToFrame): void {
    const page = this.#document
    if (!this.#open || !page) return
    if ('type' in message) this.#takeMessage(page, message)
    else if (message.pillion === 'state') {
      this.state = message.state
      page.injected.stateChanged(message.state)
    } else if (message.pillion === 'event') this.#takeEvent(page, message.event)
    else if (message.pillion === 'pending') page.injected.keep(message.entries)
    else if (message.pillion === 'popupRefused') page.injected.refusePopup(message.id)
    else this.field = message.text ?? this.field
  }

  /** For `FakeFrames`: the frame is removed; nothing goes in or out any more. */
  close(): void {
    this.#open = false
    this.#document?.close()
  }

  #takeMessage(page: Document, message: HostMessage): void {
    this.messages.push(message)
    this.happened.push(message.type)
    this.onMessage(message)
    page.receive(message)
  }

  #takeEvent(page: Document, event: FrameEvent): void {
    const name = `${event.emitter} ${event.name}`
    this.happened.push(name)
    this.onEvent(name)
    page.injected.fire(event)
  }
}

interface Document extends ReturnType<typeof createAppWindow> {
  readonly injected: InjectedGlobals
}

export interface FakeAppOptions {
  readonly script: AppScript | undefined
  readonly postToHost: (data: unknown) => void
  readonly storage: MemoryStorage
  readonly after: (milliseconds: number, callback: () => void) => () => void
}
