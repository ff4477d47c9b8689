import type { MessageRecord, MessageStep } from '@pillion/schema'

/** `partner:demo` → what kind it is and how it is called; `operator` has no name. */
export function splitSender(from: string): { kind: string; name: string } {
  const at = from.indexOf(':')
  return at < 0 ? { kind: from, name: '' } : { kind: from.slice(0, at), name: from.slice(at + 1) }
}

/** Whom a message is for, in the way senders are written. */
export function receiverOf(message: MessageRecord): string {
  const { kind, vin, uid, receiver, topic } = message
  if (kind === 'downlink' && vin) return `vehicle:${vin}`
  if (kind === 'uplink' && uid) return `partner:${uid}`
  return receiver ?? topic
}

export function lastStep(message: MessageRecord): MessageStep | undefined {
  return message.steps.at(-1)
}
