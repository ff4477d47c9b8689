export * from './drop-reasons.ts'
export { type KeptGuidance, readKeptGuidance } from './guidance/kept-guidance.ts'
export { Host } from './host.ts'
export type { HostLimits } from './host-limits.ts'
export type { HostOptions } from './host-options.ts'
export { MqttTransport, type MqttTransportOptions, type TransportStatus } from './mqtt-transport.ts'
export type { NotificationEntry } from './notification-entry.ts'
export type { OfferGap } from './offer.ts'
export type { Clock } from './ports/clock.ts'
export type { Frames } from './ports/frames.ts'
export type { KeptMessage, Transport, TransportEvents } from './ports/transport.ts'
export { type KeptRecording, readKeptRecording } from './scenario/kept-recording.ts'
export { type ParsedScenario, parseScenario, type ScenarioFault } from './scenario/parse-scenario.ts'
export * from './scenario/scenario.ts'
export { readScenarioPlace, type ScenarioPlace } from './scenario/scenario-place.ts'
export {
  ScenarioPlayer,
  type ScenarioPlayerOptions,
  type ScenarioPlayerView,
} from './scenario/scenario-player.ts'
export { ScenarioRecorder } from './scenario/scenario-recorder.ts'
export { writeScenario } from './scenario/write-scenario.ts'
export { systemClock } from './system-clock.ts'
export type * from './view.ts'
