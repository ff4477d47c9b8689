/** What a partner sends to an app: the applicative message (W 3.1) and the popup message (W 3.2). */
import { limits } from './limits.ts'

/** The parsed payload, as the app will get it: unknown fields are kept (W 3.2). */
export type Payload = { [field: string]: unknown }

export interface ApplicativeMessage {
  readonly kind: 'applicative'
  readonly idApp: string
  readonly payload: Payload
}

export interface PopupMessage {
  readonly kind: 'popup'
  readonly idApp: string
  readonly text: string
  /** false hides the OK button; the Return arrow is always there. Absent or not boolean: shown (W 3.2). */
  readonly button: boolean
  readonly payload: Payload
}

export type DownlinkMessage = ApplicativeMessage | PopupMessage

/** Why a payload is dropped before anybody looks for its app (W 3.1, 3.2). */
export type DownlinkFault =
  | 'payload_not_json'
  | 'payload_not_object'
  | 'payload_too_deep'
  | 'id_app_malformed'
  | 'popup_malformed'
  | 'popup_text_malformed'

export function parseDownlink(text: string): DownlinkMessage | DownlinkFault {
  let payload: unknown
  try {
    payload = JSON.parse(text)
  } catch {
    return 'payload_not_json'
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return 'payload_not_object'
  if (isTooDeep(payload)) return 'payload_too_deep'
  const { idApp, popup, popupBtn, popupText } = payload as Payload
  if (typeof idApp !== 'string') return 'id_app_malformed'
  if (popup !== undefined && popup !== null && typeof popup !== 'boolean') return 'popup_malformed'
  if (popup !== true) return { kind: 'applicative', idApp, payload: payload as Payload }
  if (typeof popupText !== 'string' || popupText === '') return 'popup_text_malformed'
  return { kind: 'popup', idApp, text: popupText, button: popupBtn !== false, payload: payload as Payload }
}

/**
 * Does this parsed JSON value hold more than `limits.payloadDepthMax` arrays and objects within each other? It is asked
 * before anything copies or writes the value, since `postMessage` and `JSON.stringify` end with a RangeError some
 * thousand levels down, where the stack does; hence no recursion here, but level by level.
 */
export function isTooDeep(value: unknown): boolean {
  let level = [value].filter(isNested)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limits.payloadDepthMax) return true
    level = level.flatMap((nested) => Object.values(nested).filter(isNested))
  }
  return false
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** How a popup ended, as the app reads it in `value.popupAction` (W 3.4). */
export const popupActions = {
  ok: 'WebPortal.okBtnPopupRequestClicked',
  cancel: 'WebPortal.cancelBtnPopupRequestClicked',
  timeout: 'WebPortal.closeTimeoutPopupRequest',
} as const

export type PopupOutcome = keyof typeof popupActions
