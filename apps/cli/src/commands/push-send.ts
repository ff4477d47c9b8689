import type { AcceptedPushMessage, NewPushMessage } from '@pillion/schema'
import type { Command } from 'commander'
import { choosePushApp } from '../choose-push-app.ts'
import { describeError, usageError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { readInput } from '../vin-list.ts'

interface Options extends ConnectedOptions {
  to: string
  app?: string
}

export function addPushSend(parent: Command): void {
  const command = parent
    .command('send')
    .description("Push to a user, a thing or a topic's subscribers, as the app's admin.")
    .argument(
      '<json>',
      "the message's data: an object with strings, numbers, true and false; '-' reads it from stdin",
    )
    .requiredOption('--to <receiver>', 'user:…, thing:… or topic:…, see below')
    .option('--app <appid>', 'the push app; may be left out while there is only one')
    .addHelpText(
      'after',
      `
Receivers:
  user:mia                    by login name or user id; user:mia@example.com, user:PHONE:+81901234567 work, too
  thing:lamp-1                by vendor thing id or thing id
  topic:news                  a topic of the app
  topic:users/mia/news        a topic of a user; topic:groups/GROUP/NAME and topic:things/THING/NAME alike

A message is not kept: whoever is not connected misses it. \`pillion push listen\` shows whom it goes to.

Examples:
  $ pillion push send --to user:mia '{"text":"Your locker is open","locker":12}'
  $ pillion push send --to topic:news --app harbour01 '{"text":"Ferry 3 is late"}'
  $ pillion push send --to thing:lamp-1 - < data.json`,
    )
  addConnectedOptions(command).action(run)
}

async function run(json: string, options: Options): Promise<void> {
  if (!/^(user|thing|topic):./.test(options.to))
    throw usageError(`--to takes user:…, thing:… or topic:…, not '${options.to}'.`)
  const data = await readData(json)
  const { client, output, command } = connect(options)
  const appID = await choosePushApp(client, options.app)
  const message: NewPushMessage = { to: options.to, data }
  const path = `/push-apps/${encodeURIComponent(appID)}/messages`
  const accepted = await client.post<AcceptedPushMessage>(path, message)
  output.result(accepted, () => `Accepted as ${accepted.pushMessageID}.`)
  output.hint(`What becomes of it: ${command(`trace ${accepted.pushMessageID}`)}`)
  output.hint(`Whoever is not connected misses it; \`${command('push listen')}\` shows whom messages go to.`)
}

async function readData(json: string): Promise<Record<string, unknown>> {
  const text = json === '-' ? await readInput('-') : json
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw usageError(
      `The data is not JSON (${describeError(error)}). Put it in single quotes: '{"text":"Hello"}'.`,
    )
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw usageError(`The data is an object, such as '{"text":"Hello"}'.`)
  return data as Record<string, unknown>
}
