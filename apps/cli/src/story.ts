import type { MessageRecord, MessageState, MessageStep } from '@pillion/schema'
import { escapeControls, type Output } from './output.ts'

type Styler = Pick<Output, 'style'>

const STATE_WIDTH = 'popup_overflow'.length

const colours: Partial<Record<MessageState, 'green' | 'red' | 'yellow'>> = {
  refused: 'red',
  dropped: 'red',
  expired: 'yellow',
  popup_timeout: 'yellow',
  popup_overflow: 'yellow',
  received: 'green',
  taken: 'green',
  popup_ok: 'green',
  popup_cancel: 'green',
}

/** What became of a message, for a person: who to whom, then a line for each state. */
export function describeMessage(record: MessageRecord, output: Styler): string {
  return [describeTitle(record, output), ...record.steps.map((step) => describeStep(step, output))].join('\n')
}

export function describeTitle(record: MessageRecord, output: Styler): string {
  const { id, at, kind, from, bytes, receipt, isPopup } = record
  const receiver = describeReceiver(record)
  const extras = [`${bytes} B`, isPopup ? 'popup' : '', receipt === undefined ? '' : `receipt ${receipt}`]
  const title = `${id}  ${formatDate(at)}  ${kind} from ${from}${receiver}, ${extras.filter(Boolean).join(', ')}`
  return output.style('bold', escapeControls(title))
}

export function describeStep({ state, at, reason, text }: MessageStep, output: Styler): string {
  const name = state.padEnd(STATE_WIDTH)
  const colour = colours[state]
  const shown = colour === undefined ? name : output.style(colour, name)
  const time = output.style('dim', formatTime(at))
  return `  ${time}  ${shown}  ${escapeControls(reason === undefined ? text : `${text} (${reason})`)}`
}

function describeReceiver({ kind, uid, vin, idApp, receiver, appID, topic }: MessageRecord): string {
  if (kind === 'downlink' && vin !== undefined)
    return ` to ${vin}${idApp === undefined ? '' : `, app ${idApp}`}`
  if (kind === 'uplink' && uid !== undefined) return ` to partner ${uid}`
  if (kind === 'push') return ` to ${receiver ?? '?'} of push app ${appID ?? '?'}`
  return ` on ${topic}`
}

/** In the time zone of who reads, down to the millisecond. */
function formatTime(at: string): string {
  const time = new Date(at)
  return `${time.toLocaleTimeString('sv-SE')}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

function formatDate(at: string): string {
  return new Date(at).toLocaleString('sv-SE')
}
