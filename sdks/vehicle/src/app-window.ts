import type { Navigation, WebPortal } from './vehicle-api.ts'

/** What the helper needs of the app's window; a test may hand over one of its own. */
export interface AppWindow {
  readonly parent: { postMessage(message: unknown, targetOrigin: string): void }
  addEventListener(type: 'message', listener: (event: MessageEvent) => void, useCapture?: boolean): void
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void, useCapture?: boolean): void
  setTimeout(callback: () => void, milliseconds: number): number
  clearTimeout(timer: number | undefined): void
  /** Old head units have none. */
  readonly Promise?: PromiseConstructorLike
  readonly WebPortal?: Pick<WebPortal, 'getPendingNotifications'>
  readonly Navigation?: Partial<Pick<Navigation, 'LaunchGuidance' | 'LaunchGuidanceWaypoints'>> &
    Pick<Navigation, 'addEventListener'>
}
