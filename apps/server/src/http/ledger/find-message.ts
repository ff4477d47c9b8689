import type { PartnerRecord } from '@pillion/fleet'
import { firstIdAt, parseMessageId } from '@pillion/ledger'
import type { LedgerLevels, MessageRecord, Uid } from '@pillion/schema'
import type { AllMessages, Gaps } from '../../ledger/all-messages.ts'
import { ApiError } from '../problems.ts'

/**
 * @param owner only its messages since it was added are there for whoever asks, and no figures about those of others
 * @throws {ApiError} MESSAGE_NOT_FOUND, with all that may be the cause
 */
export async function findMessage(
  { messages, levels }: { messages: Pick<AllMessages, 'find'>; levels: LedgerLevels },
  text: string,
  owner?: PartnerRecord,
): Promise<MessageRecord> {
  const id = parseMessageId(text)
  if (id === undefined) {
    const detail = `${JSON.stringify(text.slice(0, 80))} is no id of a message: those have 26 letters and digits. A receipt or a pushMessageID is looked for with /messages?receipt=… or ?pushMessageID=….`
    throw new ApiError('MESSAGE_NOT_FOUND', detail)
  }
  const { record, ...gaps } = await messages.find(id)
  if (record !== undefined && (owner === undefined || isOf(record, owner))) return record
  const isOff = owner === undefined ? isOffForAnybody(levels) : levelOf(levels, owner.uid) === 'off'
  const causes = listCauses(gaps, { isOff, withFigures: owner === undefined })
  throw new ApiError('MESSAGE_NOT_FOUND', `${id}: no record has this id; ${causes.join('; ')}.`)
}

function isOf({ id, uid }: MessageRecord, owner: PartnerRecord): boolean {
  return uid === owner.uid && id >= firstIdAt(owner.createdAt)
}

/** Why somebody may look in vain for a message that was there. */
function listCauses(
  { recorded, passedOver, remembered, silentNodes, isStoreSilent }: Gaps,
  { isOff, withFigures }: { isOff: boolean; withFigures: boolean },
): string[] {
  const figures = withFigures ? `: that happened to ${passedOver} of ${recorded + passedOver}` : ''
  return [
    silentNodes.length > 0 && `${silentNodes.join(', ')} did not answer and may know it`,
    isStoreSilent && 'the database did not answer and may know it',
    recorded > remembered &&
      'it may be older than what is remembered (the newest messages, unless their level is durable)',
    passedOver > 0 && `it may have been passed over, as too many came at once${figures}`,
    isOff && 'its level may be off',
    'a node that starts again has forgotten what was not durable',
  ].filter((cause) => cause !== false)
}

function isOffForAnybody({ defaults, partners, pushApps }: LedgerLevels): boolean {
  return [defaults.level, ...Object.values(partners), ...Object.values(pushApps)].includes('off')
}

function levelOf({ defaults, partners }: LedgerLevels, uid: Uid): string {
  return (Object.hasOwn(partners, uid) ? partners[uid] : undefined) ?? defaults.level
}
