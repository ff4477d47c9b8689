import type { FrameState } from '@pillion/schema'

/**
 * `window.name` carries the state into a frame, because it is the one thing the host page can set that a
 * document of another origin reads synchronously, before its first script runs (W 5.3).
 */
export function encodeFrameName(state: FrameState): string {
  return JSON.stringify({ pillion: state })
}

/** undefined if the name was not given by a host page: the document was opened in a tab, or by the app itself. */
export function decodeFrameName(name: string): FrameState | undefined {
  try {
    const state = JSON.parse(name)?.pillion
    return typeof state?.idApp === 'string' ? state : undefined
  } catch {
    return undefined
  }
}
