import type { FrameState, HostMessage, HostToFrame, VehicleApp } from '@pillion/schema'

/**
 * The screen's side of apps: one frame per loaded app. The implementation passes what a frame posts to
 * `Host.receiveFromFrame(idApp, data)`, having found the app by the event's source, never by its content (W 5),
 * and calls `Host.reportBrokenFrame(idApp)` when a frame holds no document of its app.
 */
export interface Frames {
  /** Creates the app's frame, hidden, on its start page, its globals answering from `state` before the first app script runs (W 5.3). */
  open(app: VehicleApp, state: FrameState): void
  /** Posts in order. Posting to a frame that is not open does nothing. */
  post(idApp: string, message: HostMessage | HostToFrame): void
  /** The one app that is on screen now, if any; every other open frame is hidden but keeps running (W 4.2). */
  show(idApp: string | undefined): void
  close(idApp: string): void
}
