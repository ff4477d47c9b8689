/** What codes of the server (P 15) mean to whoever uses this page. */
const explanations = {
  invalid_grant: 'That name and password do not belong together. New here? Sign up.',
  USER_ALREADY_EXISTS: 'Somebody has that name already. Is it you? Sign in.',
  USER_DISABLED: 'This user was disabled.',
  WRONG_TOKEN: 'You were signed out; sign in again.',
  UNAUTHORIZED: 'You may not do that here.',
  APP_NOT_FOUND: 'The server does not know this push app. Was it removed?',
  APP_DISABLED: 'The operator has disabled this push app.',
  TOPIC_ALREADY_EXISTS: 'There is a topic of that name already.',
  THING_NOT_FOUND: 'There is no such thing. Start it first; it says its name.',
  INVALID_INPUT_DATA: 'The server does not take that; it may be too long.',
  TOO_MANY_REQUESTS: 'Too much in too short a time. Wait a moment.',
  TEMPORARY_UNAVAILABLE_ERROR: 'The server is busy. Try again in a moment.',
  MQTT_ENDPOINT_NOT_READY: 'The server is still preparing your connection. Try again in a moment.',
  // This one is of `connect`.
  UNINSTALLED:
    'Push is uninstalled: nothing comes any more. Install it again; your subscriptions are still there.',
}

/** The code of whatever an SDK call failed with; null if the server gave none. */
export function codeOf(error) {
  return KiiErrorParser.parse(error).code
}

/** One sentence for a person. */
export function explain(error) {
  const { status, code, message } = KiiErrorParser.parse(error)
  if (status === 429) return explanations.TOO_MANY_REQUESTS
  if (status === 0) return 'The server does not answer. Is it still running?'
  return explanations[code ?? error.code] ?? message
}
