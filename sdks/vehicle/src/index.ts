export type { AppWindow } from './app-window.ts'
export type * from './messages.ts'
export { startApp } from './start-app.ts'
export type * from './vehicle-api.ts'
export type {
  AppOptions,
  GuidanceEvent,
  GuidanceRequest,
  NotificationEvent,
  PopupOutcome,
  VehicleApp,
} from './vehicle-app.ts'
