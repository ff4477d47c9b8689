import type { AcceptedMessage, NewMessage } from '@pillion/schema'
import type { Command } from 'commander'
import { describeError, usageError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'
import { readInput } from '../vin-list.ts'

interface Options extends ConnectedOptions {
  app: string
  popup?: string
  button: boolean
}

export function addSend(parent: Command): void {
  const command = parent
    .command('send')
    .description("Send a message to an app in a vehicle, in the name of the app's partner.")
    .argument('<vin>', 'the vehicle')
    .argument('[json]', "the message's content, any JSON; '-' reads it from stdin; optional with --popup")
    .requiredOption('--app <idapp>', 'the app that gets it')
    .option('--popup <text>', 'show this text over whatever is on the screen')
    .option('--no-button', 'leave out the OK button of the popup')
    .addHelpText(
      'after',
      `
Examples:
  $ pillion send VF3CAR00000000001 --app parking '{"free":12}'
  $ pillion send VF3CAR00000000001 --app parking --popup 'Your time is up'
  $ pillion send VF3CAR00000000001 --app parking - < message.json`,
    )
  addConnectedOptions(command).action(run)
}

async function run(vin: string, json: string | undefined, options: Options): Promise<void> {
  if (!options.button && options.popup === undefined) throw usageError('--no-button goes with --popup TEXT.')
  if (options.popup === '') throw usageError('--popup takes the text to show; it may not be empty.')
  const content = await readContent(json, options)
  const { client, output, command } = connect(options)
  const message: NewMessage = {
    vin,
    idApp: options.app,
    ...(content === undefined ? {} : { content: content.value }),
    ...(options.popup === undefined ? {} : { popup: options.popup }),
    ...(options.button ? {} : { button: false }),
  }
  const accepted = await client.post<AcceptedMessage>('/messages', message)
  output.result(accepted, () => describe(vin, accepted, options))
  if (accepted.id !== undefined) output.hint(`What becomes of it: ${command(`trace ${accepted.id}`)}`)
  if (accepted.routedTo === 0 && accepted.keptSeconds !== 0)
    output.hint(`Open ${client.url}/portal/ as the head unit of ${vin} to get it.`)
}

function describe(vin: string, { routedTo, keptSeconds }: AcceptedMessage, { popup }: Options): string {
  if (routedTo > 0) return `Sent to ${count(routedTo, 'head unit')} of ${vin}.`
  const absent = `No head unit of ${vin} is connected`
  if (keptSeconds === 0) return `${absent}, and this server keeps nothing for it: the message is lost.`
  const late = popup === undefined ? '' : ', and not shown late'
  return `${absent}: the message is kept for it, ${formatSpan(keptSeconds ?? 0)} at most${late}.`
}

function formatSpan(seconds: number): string {
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${seconds} s`
}

async function readContent(
  json: string | undefined,
  options: Options,
): Promise<{ value: unknown } | undefined> {
  if (json === undefined) {
    if (options.popup !== undefined) return undefined
    throw usageError(`Say what to send: JSON such as '{"text":"Hello"}', or --popup TEXT.`)
  }
  try {
    return { value: JSON.parse(json === '-' ? await readInput('-') : json) as unknown }
  } catch (error) {
    throw usageError(
      `The content is not JSON (${describeError(error)}). Put it in single quotes: '{"text":"Hello"}', or '"Hello"' for a string.`,
    )
  }
}
