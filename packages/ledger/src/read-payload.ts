import { type MessageRecord, receiptIdOf } from '@pillion/schema'

/** Longer names are no app's, and would only take room. */
const ID_APP_CHARACTERS_MAX = 64

/** What a downlink says of itself (W 3.1), as far as it can be read. */
export function readDownlinkFields(
  payload: Uint8Array,
): Pick<MessageRecord, 'idApp' | 'isPopup' | 'receipt'> {
  const fields = parseObject(payload)
  if (fields === undefined) return {}
  const { idApp, popup } = fields
  const receipt = receiptIdOf(fields)
  return {
    ...(typeof idApp === 'string' && idApp.length <= ID_APP_CHARACTERS_MAX ? { idApp } : {}),
    ...(typeof popup === 'boolean' ? { isPopup: popup } : {}),
    ...(receipt === undefined ? {} : { receipt }),
  }
}

function parseObject(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString(),
    )
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
