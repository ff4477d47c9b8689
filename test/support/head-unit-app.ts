import { setTimeout } from 'node:timers/promises'
import type { HostMessage, Payload } from '@pillion/schema'
import type { Frame } from 'playwright-core'

/** The page of an app that announces itself, records what it is told, and does nothing by itself. */
export const recorderHtml = `<h1>Recorder</h1><script>
  var seen = []
  addEventListener('message', function (event) { seen.push(event.data) })
  parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')
</script>`

const triesMax = 200
const tryMilliseconds = 25

type Message = HostMessage | { type: `WebPortal.${string}` }

/** That app in its frame. */
export class Recorder {
  readonly frame: Frame

  constructor(frame: Frame) {
    this.frame = frame
  }

  /** Every message so far, oldest first. */
  seen(): Promise<Message[]> {
    return this.frame.evaluate('seen')
  }

  /** Starts the record anew. */
  forget(): Promise<void> {
    return this.frame.evaluate('seen.length = 0, undefined')
  }

  /** Messages of these types, as soon as there are so many. */
  async wait(count: number, ...types: HostMessage['type'][]): Promise<Message[]> {
    const found = await this.frame.waitForFunction(
      ([count, types]) => {
        const { seen } = window as unknown as { seen: { type: string }[] }
        const matching = seen.filter(({ type }) => types.includes(type))
        return matching.length >= count && matching
      },
      [count, types as string[]] as const,
    )
    return (await found.jsonValue()) as Message[]
  }

  /** What came by `onCurrentNotificationReceived`, as soon as there are so many. */
  async received(count: number): Promise<Payload[]> {
    const messages = await this.wait(count, 'WebPortal.onCurrentNotificationReceived')
    return messages.flatMap((message) => ('value' in message ? [message.value] : []))
  }

  /** `WebPortal.getPendingNotifications()`; with `error` where the array has one (W 6.2). */
  async drain(idApp?: string): Promise<Payload[]> {
    return this.frame.evaluate((idApp) => window.WebPortal.getPendingNotifications(idApp) as Payload[], idApp)
  }

  /** What was kept for the app, as soon as there is so much. */
  async pending(count: number): Promise<Payload[]> {
    const entries: Payload[] = []
    for (let tries = 0; tries < triesMax; tries++) {
      entries.push(...(await this.drain()))
      if (entries.length >= count) return entries
      await setTimeout(tryMilliseconds)
    }
    throw new Error(`Only ${entries.length} of ${count} messages were kept: ${JSON.stringify(entries)}`)
  }

  /** Posts to the host page, in this order. */
  async post(...messages: unknown[]): Promise<void> {
    await this.frame.evaluate((messages) => {
      for (const message of messages) window.parent.postMessage(message, '*')
    }, messages)
  }
}

declare global {
  interface Window {
    /** As the frame script injects it (W 5.3). */
    WebPortal: { getPendingNotifications(idApp?: string): unknown[] }
  }
}
