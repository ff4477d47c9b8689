import type { PushStore } from '../ports/push-store.ts'
import type { Receiver } from '../ports/subscription-store.ts'
import type { Subject } from '../principal.ts'

/** Whose installations something is for, and which of them (P 8.1). */
export type Audience = {
  readonly development: boolean
  readonly production: boolean
} & (
  | { readonly kind: 'subscribers'; readonly targetKey: number }
  | { readonly kind: 'subject'; readonly subject: Subject }
)

export interface AudiencePage {
  readonly receivers: readonly Omit<Receiver, 'position'>[]
  /** `after` of the next page; undefined after the last. */
  readonly next: number | undefined
}

/** Subscriptions read at once: about a millisecond of the event loop where the database runs in it. */
const PAGE_SUBSCRIPTIONS = 250

/** `between`: positions of subscriptions; of a single subject there is one page. */
export async function readAudience(
  { subscriptions, installations }: Pick<PushStore, 'subscriptions' | 'installations'>,
  appID: string,
  audience: Audience,
  between: { readonly after: number; readonly upTo: number },
): Promise<AudiencePage> {
  const { development, production } = audience
  if (audience.kind === 'subscribers') {
    if (between.after >= between.upTo) return { receivers: [], next: undefined }
    const page = { ...between, development, production, limit: PAGE_SUBSCRIPTIONS }
    return subscriptions.pageReceivers(audience.targetKey, page)
  }
  const { subject } = audience
  const receivers: Omit<Receiver, 'position'>[] = []
  for (const { endpoint, isDevelopment, installationID } of await installations.listInstallations(
    appID,
    subject,
  )) {
    if (endpoint !== undefined && (isDevelopment ? development : production))
      receivers.push({ subject, installationID, mqttTopic: endpoint.mqttTopic })
  }
  return { receivers, next: undefined }
}
