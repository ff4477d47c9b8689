import type { AppWindow } from './app-window.ts'

/** Calls `begin` with the caller's callback; without one, with a promise's, which is returned, where there are promises. */
export function promised<Value>(
  appWindow: AppWindow,
  done: ((value: Value) => void) | undefined,
  begin: (settle: (value: Value) => void) => void
): PromiseLike<Value> | undefined {
  if (!done && appWindow.Promise) return new appWindow.Promise<Value>(begin)
  begin(done || function () {})
  return undefined
}
