import type { PartnerClient } from '@pillion/partner'

const idApp = 'demo-messages'

/** What the app sends; see examples/README.md. All fields come from outside. */
interface FromApp {
  type?: unknown
  id?: unknown
  text?: unknown
  outcome?: unknown
}

/** Writes to the drivers, as a person at a dispatcher's desk would. `greet` and `answer` say in a few words what they did. */
export class MessagesDesk {
  readonly #client: PartnerClient
  readonly #greeted = new Set<string>()
  #count = 0

  constructor(client: PartnerClient) {
    this.#client = client
  }

  async greet(vin: string): Promise<string> {
    if (this.#greeted.has(vin)) return 'already greeted'
    this.#greeted.add(vin)
    await this.#write(vin, 'Good morning! Dispatch here. Everything all right on board?', {
      replies: ['All good', 'Running late', 'Call me', 'Show me a popup'],
    })
    return 'greeted'
  }

  async answer(vin: string, { type, id, text, outcome }: FromApp): Promise<string> {
    if (type === 'ready') return this.greet(vin)
    if (type === 'popupOutcome') {
      await this.#write(
        vin,
        outcome === 'ok' ? 'Thanks, the detour is noted.' : 'Fine, keep to the planned route.',
      )
      return 'noted'
    }
    if (type !== 'message' || typeof text !== 'string') return 'not understood'
    if (/popup/i.test(text)) {
      await this.#client.popup(vin, idApp, 'Road works on the A86\nTake the detour by the ring road?', {
        content: { type: 'popup', id: `p${++this.#count}` },
      })
      await this.#write(vin, 'Look at the screen: I sent you a popup.', { re: id })
      return 'popup and answer sent'
    }
    await this.#write(vin, reply(text), { re: id })
    return 'answered'
  }

  async #write(vin: string, text: string, extra: { re?: unknown; replies?: string[] } = {}): Promise<void> {
    await this.#client.send(vin, idApp, {
      type: 'message',
      id: `m${++this.#count}`,
      from: 'Dispatch',
      text,
      ...extra,
    })
  }
}

function reply(text: string): string {
  if (/late/i.test(text)) return 'No problem, I will tell the customer. How late?'
  if (/call/i.test(text)) return 'I call you as soon as you have parked.'
  if (/good|fine|yes|ok/i.test(text)) return 'Good to hear. Drive safely!'
  return `Got it: “${text}”`
}
