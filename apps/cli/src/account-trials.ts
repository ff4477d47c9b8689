import type { IssuedAccount } from '@pillion/schema'
import { escapeControls } from './output.ts'

/** Lines to paste into a shell that use what the account may do: mosquitto_sub and mosquitto_pub, as far as each applies. */
export function describeTrials({ name, password, mqttAddress, publish, subscribe }: IssuedAccount): string[] {
  const at = mqttAddress.lastIndexOf(':')
  const host = at < 0 ? 'HOST' : mqttAddress.slice(0, at).replace(/^\[|\]$/g, '')
  const port = at < 0 ? 'PORT' : mqttAddress.slice(at + 1)
  const signIn = `-h ${host} -p ${port} -u ${name} -P ${quote(password)}`
  const [readable] = subscribe
  const [writable] = publish
  return [
    ...(readable === undefined ? [] : [`  mosquitto_sub ${signIn} -t ${quote(readable)} -v`]),
    ...(writable === undefined ? [] : [`  mosquitto_pub ${signIn} -t ${quote(topicOf(writable))} -m hello`]),
  ]
}

/** A topic name that the filter matches. */
function topicOf(filter: string): string {
  return filter
    .split('/')
    .map((level) => (level === '+' || level === '#' ? 'test' : level))
    .join('/')
}

/** For a POSIX shell; nothing in it is special between single quotes but these. */
function quote(text: string): string {
  return `'${escapeControls(text).replaceAll("'", "'\\''")}'`
}
