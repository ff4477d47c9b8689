import { parseUid, parseVin } from './names.ts'
import { PORTAL_ROOT } from './portal-topic.ts'

interface Place {
  readonly root?: string
  /** Who asks, if it is a partner. */
  readonly uid?: string
}

/**
 * What is wrong with the spelling of a portal topic name or filter, and how it is written (W 2.3, 2.6); undefined: nothing
 * that can be seen in it. It decides nothing: `parsePortalTopic` does.
 */
export function adviseTopic(text: string, { root = PORTAL_ROOT, uid }: Place = {}): string | undefined {
  const form = `${root}/to/uid/${uid ?? 'UID'}/opa/VIN/`
  if (text !== text.trim()) return 'It begins or ends with a space: leave that out.'
  if (text.startsWith('/')) return `It begins with a slash: leave that out, as in ${form}.`
  if (text !== root && !text.startsWith(`${root}/`)) return adviseRoot(text, root, form)
  const [word = '', uidWord = '', uidText = '', opaWord = '', vin = ''] = text
    .slice(root.length + 1)
    .split('/')
  if (word !== 'to' && word !== 'from' && word !== '+')
    return `After ${root}/ comes to or from, in small letters, not ${quote(word)}: ${form}.`
  if (uidWord !== 'uid') return `After ${word}/ comes uid/, not ${quote(uidWord)}: ${form}.`
  if (uid !== undefined && uidText !== uid)
    return `The UID in it is ${quote(uidText)}; write your own, ${uid}: ${form}.`
  if (uidText !== '+' && parseUid(uidText) === undefined)
    return `The UID in it is ${quote(uidText)}; one has 1 to 64 letters, digits, _, - or .`
  if (opaWord !== 'opa') return `After the UID comes opa/, not ${quote(opaWord)}: ${form}.`
  return adviseVin(vin)
}

function adviseRoot(text: string, root: string, form: string): string {
  if (text.toLowerCase().startsWith(`${root.toLowerCase()}/`))
    return `Capital and small letters differ: it begins with ${root}/.`
  return `Topics begin with ${root}/ here: ${form}.`
}

function adviseVin(vin: string): string | undefined {
  if (vin === '+' || vin === '#' || parseVin(vin) !== undefined) return undefined
  if (vin.length !== 17) return `The VIN in it, ${quote(vin)}, has ${vin.length} characters; a VIN has 17.`
  return `The VIN in it, ${quote(vin)}, has other characters than letters and digits.`
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
