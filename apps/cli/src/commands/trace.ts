import type { MessagePage, MessageQuery, MessageRecord } from '@pillion/schema'
import type { Command } from 'commander'
import { CliError, usageError } from '../cli-error.ts'
import type { AdminClient } from '../client.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { exitCodes } from '../exit-codes.ts'
import { followLines } from '../follow-lines.ts'
import { Output } from '../output.ts'
import { describeMessage, describeStep, describeTitle } from '../story.ts'

interface Options extends ConnectedOptions {
  vin?: string
  uid?: string
  app?: string
  pushApp?: string
  state?: string
  reason?: string
  since?: string
  count: string
  follow?: boolean
}

/** Messages whose printed steps are remembered while following. */
const FOLLOWED_MAX = 10_000

export function addTrace(parent: Command): void {
  const command = parent
    .command('trace')
    .description('Tell what became of a message, or of those to a vehicle, from a partner and so on.')
    .argument('[id]', 'its id, the receipt its partner asked for, or the pushMessageID of a push')
    .option('--vin <vin>', 'messages to and from this vehicle')
    .option('--uid <uid>', 'messages to and from this partner')
    .option('--app <idapp>', 'messages for this app')
    .option('--push-app <appid>', 'pushes of this push app')
    .option('--state <state>', 'whose newest state is this one, such as dropped, kept or popup_ok')
    .option('--reason <reason>', 'that were refused or dropped for this reason, such as no_receiver')
    .option('--since <time>', 'not older than that: 10m, 2h, 3d, or a time such as 2026-01-31T12:00:00Z')
    .option('--count <number>', 'at most so many, the newest', '20')
    .option('--follow', 'go on with what happens from now on, until Ctrl-C')
    .addHelpText(
      'after',
      `
Times are those of the server; each line is a state that somebody has seen, nothing is guessed.

Examples:
  $ pillion trace 01K8ZQ3V5T8M2C9N4R7X1B6D0F
  $ pillion trace --vin VF3CAR00000000001 --since 10m
  $ pillion trace --uid acme --state dropped --since 1d --json
  $ pillion trace --vin VF3CAR00000000001 --follow`,
    )
  addConnectedOptions(command).action(run)
}

async function run(id: string | undefined, options: Options): Promise<void> {
  const { client, output, command } = connect(options)
  const query = toQuery(options)
  if (id !== undefined && Object.keys(query).length > 1)
    throw usageError('Give an id, or what to look for: not both.')
  if (options.follow) return follow(options, id, query)
  if (id !== undefined) return printAll(output, await findById(client, id))
  const page = await search(client, query)
  if (output.json) output.result(page, () => '')
  else printAll(output, page.messages.toReversed())
  if (page.messages.length === 0)
    output.hint(
      `No message that is remembered is like this. Only the newest are, unless their level is durable; \`${command('send')}\` makes one.`,
    )
  hintGaps(output, page)
}

function search(client: AdminClient, query: Record<string, string>): Promise<MessagePage> {
  return client.get<MessagePage>(`/messages?${new URLSearchParams(query)}`)
}

function toQuery({ vin, uid, app, pushApp, state, reason, since, count }: Options): Record<string, string> {
  const query: MessageQuery = {
    ...(vin !== undefined && { vin }),
    ...(uid !== undefined && { uid }),
    ...(app !== undefined && { idApp: app }),
    ...(pushApp !== undefined && { appID: pushApp }),
    ...(state !== undefined && { state }),
    ...(reason !== undefined && { reason }),
    ...(since !== undefined && { since }),
    count,
  }
  return query
}

/** One, or several with the same receipt or of the same push. */
async function findById(client: AdminClient, id: string): Promise<MessageRecord[]> {
  try {
    return [await client.get<MessageRecord>(`/messages/${encodeURIComponent(id)}`)]
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'MESSAGE_NOT_FOUND') throw error
    for (const field of ['receipt', 'pushMessageID']) {
      const query = new URLSearchParams({ [field]: id, count: '500' })
      const { messages } = await client.get<MessagePage>(`/messages?${query}`)
      if (messages.length > 0) return messages.toReversed()
    }
    const text = isMessageId(id) ? error.message : describeUnknown(id)
    throw new CliError(text, { exitCode: exitCodes.refused, code: error.code })
  }
}

/** As far as the server needs it to look one up. */
function isMessageId(text: string): boolean {
  return /^[0-9a-z]{26}$/i.test(text)
}

function describeUnknown(id: string): string {
  return `No message that is remembered has ${JSON.stringify(id)} as its id, receipt or pushMessageID. An id has 26 letters and digits; look for the message with --vin, --uid, --app or --since.`
}

function printAll(output: Output, records: readonly MessageRecord[]): void {
  if (output.json) for (const record of records) output.line(JSON.stringify(record))
  else if (records.length > 0)
    output.line(records.map((record) => describeMessage(record, output)).join('\n\n'))
}

function hintGaps(output: Output, { next, recorded, passedOver, ...page }: MessagePage): void {
  if (next !== undefined) output.hint('There are older ones: see them with --count.')
  if (passedOver > 0)
    output.hint(
      `${passedOver} of ${recorded + passedOver} messages were not recorded, as too many came at once.`,
    )
  if (page.silentNodes.length > 0)
    output.notice(
      `What these nodes know is missing, for they did not answer: ${page.silentNodes.join(', ')}.`,
    )
  if (page.isStoreSilent)
    output.notice('The database did not answer: older messages of level durable are missing.')
}

function matcherOf({ vin, uid, app, pushApp, state, reason }: Options): (record: MessageRecord) => boolean {
  return ({ steps, ...record }) =>
    (vin === undefined || record.vin === vin) &&
    (uid === undefined || record.uid === uid) &&
    (app === undefined || record.idApp === app) &&
    (pushApp === undefined || record.appID === pushApp) &&
    (state === undefined || steps.at(-1)?.state === state) &&
    (reason === undefined || steps.some((step) => step.reason === reason))
}

/** Each step once. What is remembered is asked for when the stream is open, so that nothing falls in between. */
async function follow(
  options: Options,
  id: string | undefined,
  query: Record<string, string>,
): Promise<void> {
  const output = new Output({ json: options.json === true })
  const printed = new Map<string, number>()
  let isWanted = matcherOf(options)
  let last: string | undefined
  await followLines(options, output, {
    path: async () => '/messages/live',
    begin: async (client) => {
      const page = id === undefined ? await search(client, query) : undefined
      const known = page?.messages.toReversed() ?? (await findById(client, id as string))
      printAll(output, known)
      for (const { id: each, steps } of known) printed.set(each, steps.length)
      if (page === undefined) isWanted = ofIds(known)
      else hintGaps(output, page)
    },
    hint: 'Following what happens to messages; Ctrl-C ends.',
    print: (line) => {
      const record = JSON.parse(line) as MessageRecord
      if (!isWanted(record)) return
      const steps = record.steps.slice(printed.get(record.id) ?? 0)
      if (steps.length === 0) return
      if (printed.size >= FOLLOWED_MAX) printed.clear()
      printed.set(record.id, record.steps.length)
      if (output.json) output.line(line)
      else {
        if (last !== record.id) output.line(`\n${describeTitle(record, output)}`)
        for (const step of steps) output.line(describeStep(step, output))
        last = record.id
      }
    },
  })
}

function ofIds(known: readonly MessageRecord[]): (record: MessageRecord) => boolean {
  const ids = new Set(known.map(({ id }) => id))
  return ({ id }) => ids.has(id)
}
