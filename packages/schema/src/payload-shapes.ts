import { type TSchema, Type } from 'typebox'
import { MessageReport } from './ledger-api.ts'
import { limits } from './limits.ts'

/** What travels over MQTT, as shapes for documents (AsyncAPI). The functions beside them decide; a test keeps both equal. */

const receipt = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: limits.receiptCharactersMax,
    description: 'Asks for receipts under this id; beyond the original.',
  }),
)

/** Partner to app (W 3.1): `parseDownlink` gives `kind: 'applicative'`. */
export const ApplicativePayload = Type.Object(
  {
    idApp: Type.String(),
    popup: Type.Optional(Type.Union([Type.Literal(false), Type.Null()])),
    content: Type.Optional(Type.Unknown({ description: 'Any JSON.' })),
    receipt,
  },
  { additionalProperties: true, description: 'The app gets all of it, with whatever else is in it.' },
)

/** Partner to app (W 3.2): `parseDownlink` gives `kind: 'popup'`. */
export const PopupPayload = Type.Object(
  {
    idApp: Type.String(),
    popup: Type.Literal(true),
    popupText: Type.String({ minLength: 1, description: 'Lines end with \\n.' }),
    popupBtn: Type.Optional(Type.Unknown({ description: 'false hides the OK button.' })),
    content: Type.Optional(Type.Unknown({ description: 'The app gets it with the outcome.' })),
    receipt,
  },
  { additionalProperties: true },
)

/** App to partner (W 3.3). */
export const UplinkPayload = Type.Object(
  { content: Type.Unknown({ description: 'What the app handed to the host.' }) },
  { additionalProperties: false },
)

/** Head unit to partner: `Receipt`. */
export const ReceiptPayload = Type.Object({
  receipt: Type.String(),
  state: Type.String({
    description: 'taken, pending, popup_shown, popup_ok, popup_cancel, popup_timeout or dropped',
  }),
  idApp: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String({ description: 'With dropped.' })),
})

/** What receivers of push get (P 12): the app's own members, and those of the server over them. */
export const PushPayload = Type.Object(
  {
    sourceURI: Type.Optional(Type.String({ description: 'What it was sent through.' })),
    senderURI: Type.Optional(Type.String()),
    sender: Type.Optional(Type.String()),
    topic: Type.Optional(Type.String()),
    bucketID: Type.Optional(Type.String()),
    objectID: Type.Optional(Type.String()),
    type: Type.Optional(Type.String()),
    when: Type.Optional(Type.Integer({ description: 'Milliseconds since 1970.' })),
    appID: Type.Optional(Type.String()),
    origin: Type.Optional(Type.String()),
  },
  { additionalProperties: true },
)

const MailboxPortionPayload = Type.Object({
  messages: Type.Array(
    Type.Object({
      key: Type.Integer({ description: 'Grows with each message for the vehicle.' }),
      uid: Type.String(),
      subtopic: Type.String(),
      payload: Type.String({ description: 'The downlink as JSON text.' }),
      receivedAt: Type.Integer({ description: 'Milliseconds since 1970.' }),
    }),
  ),
})

const MailboxReceiptPayload = Type.Object({
  taken: Type.Array(Type.Integer(), { description: 'Keys; the server forgets these messages.' }),
})

export interface PayloadShape {
  readonly title: string
  readonly shape: TSchema
  /** An example that has the shape. */
  readonly example: unknown
}

/** By the name that documents know it under. */
export const payloadShapes = {
  applicative: {
    title: 'Message to an app',
    shape: ApplicativePayload,
    example: { idApp: 'parking', content: { free: 12 } },
  },
  popup: {
    title: 'Popup',
    shape: PopupPayload,
    example: { idApp: 'parking', popup: true, popupText: 'Your time is up', content: { id: 7 } },
  },
  uplink: { title: 'Message from an app', shape: UplinkPayload, example: { content: { answer: 'yes' } } },
  receipt: {
    title: 'Receipt',
    shape: ReceiptPayload,
    example: { receipt: 'r-1', state: 'popup_ok', idApp: 'parking' },
  },
  push: {
    title: 'Push',
    shape: PushPayload,
    example: {
      text: 'Your locker is open',
      sourceURI: 'kiicloud://topics/chat',
      when: 1_790_000_000_000,
      appID: 'locker',
    },
  },
  mailboxPortion: {
    title: 'What came while the vehicle was away',
    shape: MailboxPortionPayload,
    example: {
      messages: [
        { key: 1, uid: 'acme', subtopic: '', payload: '{"idApp":"parking"}', receivedAt: 1_790_000_000_000 },
      ],
    },
  },
  mailboxReceipt: { title: 'Taken from the mailbox', shape: MailboxReceiptPayload, example: { taken: [1] } },
  report: {
    title: 'What the head unit did with messages',
    shape: MessageReport,
    example: {
      reports: [{ uid: 'acme', mark: '0123456789abcdef', state: 'taken', at: 1_790_000_000_000 }],
    },
  },
} as const satisfies Readonly<Record<string, PayloadShape>>
