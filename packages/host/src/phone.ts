import type { HostState } from './host-state.ts'

/** `Phone.LaunchPhoneCall` (W 10.2). There is no phone in here: the screen shows the number, and the log keeps it. */
export function dial(host: HostState, idApp: string, number: string): void {
  host.call = number
  host.journal.note('phone_call', idApp, `The app dials ${number}.`)
  host.changed()
}
