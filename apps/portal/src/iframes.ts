import { encodeFrameName } from '@pillion/frame'
import type { Frames } from '@pillion/host'
import type { FrameState, HostMessage, HostToFrame, VehicleApp } from '@pillion/schema'
import { MessageAllowance } from './message-allowance.ts'

/** Why a message from a frame never reached the host. */
export type FrameDropReason = 'frame_flood' | 'frame_origin_other'

export interface IframesOptions {
  /** What an app posted, as it came. */
  readonly receive: (idApp: string, data: unknown) => void
  /** Told of the first drop at once, then each second, with how many there were since it was last told. */
  readonly onDrop: (idApp: string, reason: FrameDropReason, count: number) => void
  /** The frame has loaded something that is not a document of the app, such as the browser's error page. */
  readonly onBroken: (idApp: string) => void
}

interface OpenFrame {
  readonly element: HTMLIFrameElement
  readonly origin: string
  readonly allowance: MessageAllowance
  /** Not told yet; a reason is in it as long as it is being counted. */
  readonly drops: Map<FrameDropReason, number>
  /** A document has said `loaded`, and the frame's `load` is still to come. */
  loaded: boolean
  /** Runs from a `load` before which no document said `loaded`. */
  doubt: ReturnType<typeof setTimeout> | undefined
}

const tellMilliseconds = 1_000
/** `loaded` is posted before the frame's `load`, but may arrive a little after it. */
const doubtMilliseconds = 1_000

/**
 * Apps in iframes. A hidden one stays where it is in the layout and becomes invisible: its timers run on at
 * full pace and only its drawing pauses (W 4.2). Taken out of the layout it would be throttled; moved in the
 * document it would start anew.
 */
export class Iframes implements Frames {
  /** Holds the frames; belongs into the screen's app area, once and for good. */
  readonly stage = document.createElement('div')
  #options: IframesOptions
  #open = new Map<string, OpenFrame>()
  #listener = (event: MessageEvent) => this.#receive(event)

  constructor(options: IframesOptions) {
    this.#options = options
    this.stage.className = 'stage'
    window.addEventListener('message', this.#listener)
  }

  open(app: VehicleApp, state: FrameState): void {
    this.close(app.idApp)
    const element = createFrame(app, state)
    const origin = new URL(app.url).origin
    const frame: OpenFrame = {
      element,
      origin,
      allowance: new MessageAllowance(performance.now()),
      drops: new Map(),
      loaded: false,
      doubt: undefined,
    }
    this.#open.set(app.idApp, frame)
    element.addEventListener('load', () => this.#loaded(app.idApp, frame))
    this.stage.append(element)
  }

  post(idApp: string, message: HostMessage | HostToFrame): void {
    const frame = this.#open.get(idApp)
    frame?.element.contentWindow?.postMessage(message, frame.origin)
  }

  show(idApp: string | undefined): void {
    for (const [openIdApp, { element }] of this.#open) setVisible(element, openIdApp === idApp)
  }

  close(idApp: string): void {
    const frame = this.#open.get(idApp)
    clearTimeout(frame?.doubt)
    frame?.element.remove()
    this.#open.delete(idApp)
  }

  stop(): void {
    window.removeEventListener('message', this.#listener)
    for (const idApp of this.#open.keys()) this.close(idApp)
  }

  /** The app is found by the window that sent the message, whatever the message says (W 5). */
  #receive(event: MessageEvent): void {
    for (const [idApp, frame] of this.#open) {
      if (event.source === frame.element.contentWindow) this.#receiveFrom(idApp, frame, event)
    }
  }

  #receiveFrom(idApp: string, frame: OpenFrame, event: MessageEvent): void {
    const startedAt = performance.now()
    if (frame.allowance.take(startedAt)) {
      this.#take(idApp, frame, event)
      frame.allowance.spend(performance.now() - startedAt)
    } else {
      this.#drop(idApp, frame, 'frame_flood')
      // For all the page knows it said so.
      becomeLoaded(frame)
    }
  }

  /** `event.data` is read last: until then the browser has not even unpacked it. */
  #take(idApp: string, frame: OpenFrame, event: MessageEvent): void {
    if (event.origin !== frame.origin) this.#drop(idApp, frame, 'frame_origin_other')
    else if (event.data?.pillion === 'loaded') becomeLoaded(frame)
    else this.#options.receive(idApp, event.data)
  }

  /**
   * What a frame of another origin shows cannot be looked at, and the browser's error page loads like any
   * other. But in every document of an app there is the frame script, which says `loaded`.
   */
  #loaded(idApp: string, frame: OpenFrame): void {
    if (!frame.loaded) frame.doubt ??= setTimeout(() => this.#options.onBroken(idApp), doubtMilliseconds)
    frame.loaded = false
  }

  #drop(idApp: string, frame: OpenFrame, reason: FrameDropReason): void {
    const counted = frame.drops.get(reason)
    frame.drops.set(reason, (counted ?? 0) + 1)
    if (counted === undefined) this.#tellDrops(idApp, frame, reason)
  }

  #tellDrops(idApp: string, frame: OpenFrame, reason: FrameDropReason): void {
    const count = frame.drops.get(reason) ?? 0
    if (count === 0) {
      frame.drops.delete(reason)
      return
    }
    this.#options.onDrop(idApp, reason, count)
    frame.drops.set(reason, 0)
    setTimeout(() => this.#tellDrops(idApp, frame, reason), tellMilliseconds)
  }
}

/**
 * Sandbox: scripts and own origin, no navigation of the page, no windows (W 11.4). Forms, because without them the
 * browser does not even tell the app that one was submitted; the app's policy keeps them on its own origin. No native
 * modals: they would block the page, and the frame script's `alert` does not need them.
 */
function createFrame(app: VehicleApp, state: FrameState): HTMLIFrameElement {
  const element = document.createElement('iframe')
  element.name = encodeFrameName(state)
  element.title = app.name
  element.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms')
  element.allow = ''
  element.referrerPolicy = 'no-referrer'
  element.dataset.app = app.idApp
  setVisible(element, false)
  element.src = app.url
  return element
}

function becomeLoaded(frame: OpenFrame): void {
  if (frame.doubt === undefined) frame.loaded = true
  clearTimeout(frame.doubt)
  frame.doubt = undefined
}

function setVisible(element: HTMLIFrameElement, visible: boolean): void {
  element.classList.toggle('is-shown', visible)
}
