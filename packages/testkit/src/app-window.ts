import type { VehicleGlobals } from './vehicle-globals.ts'

/** An app's window without a document: what carries messages, time, memory, and what the head unit injects (W 5.3). */
export interface AppWindow extends VehicleGlobals {
  readonly window: AppWindow
  readonly self: AppWindow
  readonly parent: { postMessage(message: unknown, targetOrigin?: unknown): void }
  readonly localStorage: MemoryStorage
  readonly console: Console
  readonly Promise: PromiseConstructor
  readonly True: true
  readonly False: false
  /** Listeners hear `message`; other events never happen. */
  addEventListener(type: string, listener: MessageListener, options?: unknown): void
  removeEventListener(type: string, listener: MessageListener, options?: unknown): void
  /** On the kit's clock. */
  setTimeout(callback: () => void, milliseconds?: number): number
  clearTimeout(timer: number | undefined): void
  setInterval(callback: () => void, milliseconds?: number): number
  clearInterval(timer: number | undefined): void
  onmessage: MessageListener | null
  alert(text?: unknown): void
}

export type MessageListener = (event: MessageEvent) => void

export interface AppWindowParts {
  readonly globals: VehicleGlobals
  readonly storage: MemoryStorage
  readonly postToHost: (data: unknown) => void
  /** Of a clock; the result cancels. */
  readonly after: (milliseconds: number, callback: () => void) => () => void
}

/** `receive` gives the listeners a message of the host; `close` ends timers and listeners. */
export function createAppWindow({ globals, storage, postToHost, after }: AppWindowParts): {
  window: AppWindow
  receive(data: unknown): void
  close(): void
} {
  installReportError()
  const listeners = new Set<MessageListener>()
  const timers = createTimers(after)
  const parent = { postMessage: (message: unknown) => postToHost(message) }
  const window = Object.assign({}, globals, timers.functions, {
    parent,
    localStorage: storage,
    console,
    Promise,
    True: true as const,
    False: false as const,
    addEventListener(type: string, listener: MessageListener) {
      if (type === 'message') listeners.add(listener)
    },
    removeEventListener(_type: string, listener: MessageListener) {
      listeners.delete(listener)
    },
    onmessage: null,
    alert: () => undefined,
  }) as Omit<AppWindow, 'window' | 'self'> as AppWindow
  Object.assign(window, { window, self: window })
  return {
    window,
    receive(data) {
      const event = { type: 'message', data, source: parent, origin: 'http://127.0.0.1' }
      for (const listener of [...listeners, window.onmessage])
        callSafely(() => listener?.(event as unknown as MessageEvent))
    },
    close() {
      listeners.clear()
      timers.cancelAll()
    },
  }
}

/** What `localStorage` is for an app: kept for as long as the app is installed. */
export class MemoryStorage {
  #entries = new Map<string, string>()

  get length(): number {
    return this.#entries.size
  }

  getItem(key: string): string | null {
    return this.#entries.get(String(key)) ?? null
  }

  setItem(key: string, value: unknown): void {
    this.#entries.set(String(key), String(value))
  }

  removeItem(key: string): void {
    this.#entries.delete(String(key))
  }

  clear(): void {
    this.#entries.clear()
  }
}

function createTimers(after: AppWindowParts['after']) {
  const cancels = new Map<number, () => void>()
  let last = 0
  const start = (milliseconds: number, callback: () => void, repeats: boolean) => {
    const timer = ++last
    const wait = () => {
      const cancel = after(Math.max(repeats ? 1 : 0, Number(milliseconds) || 0), () => {
        if (repeats) wait()
        else cancels.delete(timer)
        callSafely(callback)
      })
      cancels.set(timer, cancel)
    }
    wait()
    return timer
  }
  const clear = (timer: number | undefined) => {
    cancels.get(timer ?? 0)?.()
    cancels.delete(timer ?? 0)
  }
  return {
    functions: {
      setTimeout: (callback: () => void, milliseconds = 0) => start(milliseconds, callback, false),
      setInterval: (callback: () => void, milliseconds = 0) => start(milliseconds, callback, true),
      clearTimeout: clear,
      clearInterval: clear,
    },
    cancelAll() {
      for (const cancel of cancels.values()) cancel()
      cancels.clear()
    },
  }
}

/** An error in an app's script is none of the head unit's; it fails the test as any uncaught one does. */
export function callSafely(act: () => void): void {
  try {
    act()
  } catch (error) {
    reportError(error)
  }
}

/** Browsers have it, and the injected emitters report with it what a handler throws; Node has not. */
function installReportError(): void {
  globalThis.reportError ??= (error: unknown) => {
    // Not in a microtask: Node's test runner does not see to which test that belongs.
    process.nextTick(() => {
      throw error
    })
  }
}
