import {
  type AppNotification,
  type FrameEvent,
  type FrameState,
  type HostMessage,
  type HostToFrame,
  limits,
  type Payload,
  type PendingEntry,
  type VehicleApp,
} from '@pillion/schema'

/** What an app's page does once its globals are in place; most call `app.announce()`. */
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
  #script: AppScript | undefined
  #postToHost: (data: unknown) => void
  #loaded = false
  #open = true
  #pending: PendingEntry[] = []
  #drained = 0

  constructor(about: VehicleApp, state: FrameState, options: FakeAppOptions) {
    this.about = about
    this.state = state
    this.#script = options.script
    this.#postToHost = options.postToHost
  }

  get open(): boolean {
    return this.#open
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
    this.#loaded = true
    this.post({ pillion: 'ready' })
    this.#script?.(this)
  }

  /** The app reloads itself: a new document, which begins with nothing but the latest state (W 4.2 row 12). */
  reload(): void {
    this.state = { ...this.state, launched: false }
    this.#pending = []
    this.#drained = 0
    this.load()
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
    if (this.#open) this.#postToHost(structuredClone(data))
  }

  /** As the injected global answers, from the frame's own copy (W 6.2). */
  getPendingNotifications(idApp?: string): Payload[] {
    if (!this.state.launched && this.state.pendingErrorThrows) throw new Error('Unrecognised Error')
    if (!this.state.launched) return Object.assign([], { error: 'Unrecognised Error' })
    if (idApp !== undefined && idApp !== this.about.idApp) return []
    const entries = this.#pending
    this.#pending = []
    const last = entries.at(-1)
    if (last) {
      this.#drained = last.sequence
      this.post({ pillion: 'drained', sequence: last.sequence })
    }
    return entries.map((entry) => entry.value)
  }

  /** For `FakeFrames`: a message from the host page. Without a document there is nobody to hear it. */
  take(message: HostMessage | HostToFrame): void {
    if (!this.#open || !this.#loaded) return
    if ('type' in message) this.#takeMessage(message)
    else if (message.pillion === 'state') this.state = message.state
    else if (message.pillion === 'event') this.#takeEvent(message.event)
    else if (message.pillion === 'pending') this.#append(message.entries)
    else this.field = message.text ?? this.field
  }

  /** For `FakeFrames`: the frame is removed; nothing goes in or out any more. */
  close(): void {
    this.#open = false
  }

  #takeMessage(message: HostMessage): void {
    this.messages.push(message)
    this.happened.push(message.type)
    this.onMessage(message)
  }

  #takeEvent({ emitter, name }: FrameEvent): void {
    this.happened.push(`${emitter} ${name}`)
    this.onEvent(`${emitter} ${name}`)
  }

  /** Entries can come twice around a reload, when the host sends the whole buffer to the new document; the sequence tells. */
  #append(entries: readonly PendingEntry[]): void {
    const known = new Set(this.#pending.map((entry) => entry.sequence))
    const fresh = entries.filter(({ sequence }) => sequence > this.#drained && !known.has(sequence))
    this.#pending = [...this.#pending, ...fresh]
      .sort((a, b) => a.sequence - b.sequence)
      .slice(-limits.pendingMax)
  }
}

export interface FakeAppOptions {
  readonly script: AppScript | undefined
  readonly postToHost: (data: unknown) => void
}
