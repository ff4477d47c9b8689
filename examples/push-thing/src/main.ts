import { setTimeout as wait } from 'node:timers/promises'
import { create } from '@pillion/push-sdk'

/**
 * A lamp at the harbour: `node src/main.ts [site] [vendor thing ID]`. It registers at its first start, writes what it
 * measures, blinks when one of its owners says so, and shows what is pinned to the notice board. Prints one line per event;
 * ends cleanly on SIGTERM and SIGINT. Another app, or another password of the thing, comes from the environment.
 */
const [site = 'http://127.0.0.1:8080/api', name = 'lamp-1'] = process.argv.slice(2)
const { env } = process
const [appID, appKey] = [env.PUSH_APP_ID ?? 'pilliondemo', env.PUSH_APP_KEY ?? 'pilliondemokey']
// Every thing has a password of its own: printed on it, or put into it where it is made.
const password = env.THING_PASSWORD ?? `${name} password`
const readingMilliseconds = 5_000

if (!/^https?:\/\//.test(site)) {
  console.error(`'${site}' is no address. Usage: main.ts [http://HOST:PORT/api] [vendor thing ID]`)
  process.exit(2)
}

const { Kii, KiiThing, KiiErrorParser } = create()
Kii.initializeWithSite(appID, appKey, site)

try {
  await live()
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}

async function live(): Promise<void> {
  const context = await signIn()
  const thing = context.getAuthenticatedThing()
  // Its own topic and bucket are for itself and its owners; the notice board is everybody's.
  const commands = thing.topicWithName('commands')
  const readings = thing.bucketWithName('readings')
  const board = context.bucketWithName('board')
  await unlessDone('TOPIC_ALREADY_EXISTS', commands.save())
  for (const target of [commands, board])
    await unlessDone('PUSH_SUBSCRIPTION_ALREADY_EXISTS', thing.pushSubscription().subscribe(target))

  const ended = new AbortController()
  const connection = await context.pushInstallation().connect({
    onMessage: ({ payload }) => {
      if (payload.topic === 'commands') obey(payload)
      else if (payload.type === 'DATA_OBJECT_CREATED') void showNote(String(payload.sourceURI))
    },
    onStatus: ({ state, error }) => {
      log(error === undefined ? state : `${state}: ${error.message}`)
      if (state === 'closed') ended.abort()
    },
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void connection.close())
  log(`${name} is at work; become its owner to command it`)

  while (!ended.signal.aborted) {
    await measure()
    await wait(readingMilliseconds, undefined, { signal: ended.signal }).catch(() => {})
  }

  /** One object, written over and over: whoever is subscribed to the bucket is told each time. */
  async function measure(): Promise<void> {
    const reading = readings.createObjectWithID('latest')
    reading.set('by', name)
    reading.set('celsius', Math.round(180 + 40 * Math.random()) / 10)
    await reading.saveAllFields().catch((error: Error) => log(`not written: ${error.message}`))
  }

  async function showNote(uri: string): Promise<void> {
    try {
      const note = await context.objectWithURI(uri).refresh()
      log(`on the board: ${note.get('by')}: ${note.get('text')}`)
    } catch (error) {
      log(`a note could not be read: ${(error as Error).message}`)
    }
  }
}

/** Registers the thing if the app does not know it yet. */
async function signIn() {
  try {
    return await Kii.authenticateAsThing(name, password)
  } catch (error) {
    if (codeOf(error) !== 'invalid_grant') throw error
  }
  // If it is there already, its password is another one.
  await KiiThing.register({ _vendorThingID: name, _password: password, _thingType: 'lamp' })
  log(`registered as ${name}`)
  return Kii.authenticateAsThing(name, password)
}

function obey({ command, times, from }: Readonly<Record<string, unknown>>): void {
  if (command === 'blink')
    log(`${from ?? 'somebody'} says blink: ${'* '.repeat(Math.min(Number(times) || 1, 10))}`)
  else log(`does not know how to ${JSON.stringify(command)}`)
}

/** Resolves also if the work fails because it was done before. */
async function unlessDone(code: string, work: Promise<unknown>): Promise<void> {
  await work.catch((error) => {
    if (codeOf(error) !== code) throw error
  })
}

/** One sentence for whoever started this. */
function explain(error: unknown): string {
  const { status, code, message } = KiiErrorParser.parse(error)
  if (status === 0) return `No server answers at ${site}. Is it running, and is that its address?`
  if (code === 'THING_ALREADY_EXISTS')
    return `There is a ${name} already, with another password: set THING_PASSWORD, or take another name.`
  if (code === 'APP_NOT_FOUND') return `${site} has no push app ${appID}. Set PUSH_APP_ID and PUSH_APP_KEY.`
  return message
}

function codeOf(error: unknown): string | null {
  return KiiErrorParser.parse(error).code
}

function log(line: string): void {
  console.log(`${new Date().toLocaleTimeString('en-GB')} ${line}`)
}
