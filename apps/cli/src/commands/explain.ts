import type { Explanation, RefusalView } from '@pillion/schema'
import type { Command } from 'commander'
import { describeChecks } from '../checks.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { exitCodes } from '../exit-codes.ts'
import { escapeControls, type Output } from '../output.ts'

const about = `
Asks the rules in force right now; nothing is sent. Ends with 1 when the answer is no.
`

export function addExplain(parent: Command): void {
  const explain = parent
    .command('explain')
    .helpCommand(false)
    .description('Tell why something would not arrive, and who was turned away.')
  addPublish(explain)
  addDelivery(explain)
  addPush(explain)
  addRefusals(explain)
}

function addPublish(parent: Command): void {
  const command = parent
    .command('publish')
    .description('May it publish to this topic?')
    .argument('<who>', 'partner:UID, vehicle:VIN, account:NAME or installation:CLIENTID')
    .argument('<topic>', 'as the client writes it')
    .addHelpText(
      'after',
      `${about}
Example:
  $ pillion explain publish partner:acme psa/OVIPPartners-Dev/to/uid/acme/opa/VF3CAR00000000001/`,
    )
  addConnectedOptions(command).action((who: string, topic: string, options: ConnectedOptions) =>
    run(options, 'publish', { as: who, topic }),
  )
}

interface DeliveryOptions extends ConnectedOptions {
  uid?: string
  popup?: boolean
  bytes?: string
  payload?: string
}

function addDelivery(parent: Command): void {
  const command = parent
    .command('delivery')
    .description('Would a message reach that app now, and if not, why?')
    .argument('<idapp>', 'the app')
    .argument('<vin>', 'the vehicle')
    .option('--uid <uid>', 'who sends (default: the partner of the app)')
    .option('--popup', 'it is a popup, which is kept for a shorter time')
    .option('--bytes <number>', 'its size')
    .option('--payload <json>', 'the message itself')
    .addHelpText(
      'after',
      `${about}
Examples:
  $ pillion explain delivery com.example.news VF3CAR00000000001
  $ pillion explain delivery com.example.news VF3CAR00000000001 --payload '{"idApp":"com.example.news"}'`,
    )
  addConnectedOptions(command).action(explainDelivery)
}

async function explainDelivery(idApp: string, vin: string, options: DeliveryOptions): Promise<void> {
  const { uid, popup, bytes, payload } = options
  await run(options, 'delivery', {
    idApp,
    vin,
    ...(uid === undefined ? {} : { uid }),
    ...(popup === true ? { popup: 'true' } : {}),
    ...(bytes === undefined ? {} : { bytes }),
    ...(payload === undefined ? {} : { payload }),
  })
}

function addPush(parent: Command): void {
  const command = parent
    .command('push')
    .description('Would a push reach them?')
    .argument('<appid>', 'the push app')
    .argument('<to>', 'user:NAME, thing:ID, topic:NAME, topic:users/USER/NAME …')
    .addHelpText('after', `${about}\nExample:\n  $ pillion explain push demo0001 user:ann`)
  addConnectedOptions(command).action((appID: string, to: string, options: ConnectedOptions) =>
    run(options, 'push', { appID, to }),
  )
}

async function run(options: ConnectedOptions, what: string, query: Record<string, string>): Promise<void> {
  const { client, output } = connect(options)
  const explanation = await client.get<Explanation>(`/explain/${what}?${new URLSearchParams(query)}`)
  output.result(explanation, () => describeExplanation(explanation, output))
  if (!explanation.isYes) process.exitCode = exitCodes.failed
}

function describeExplanation({ isYes, answer, steps }: Explanation, output: Output): string {
  const title = output.style('bold', escapeControls(`${isYes ? 'Yes' : 'No'}: ${answer}`))
  return `${title}\n${describeChecks(steps, output)}`
}

interface RefusalOptions extends ConnectedOptions {
  search?: string
  since?: string
  until?: string
}

function addRefusals(parent: Command): void {
  const command = parent
    .command('refusals')
    .description('Who was turned away lately, why, and what to do about it; the newest comes last.')
    .option('--search <text>', 'part of name, client id, address, listener, topic or reason')
    .option('--since <time>', 'not older than that: 10m, 2h, 3d, or a time such as 2026-01-31T12:00:00Z')
    .option('--until <time>', 'not newer than that')
    .addHelpText(
      'after',
      `
Each node remembers its last 1,000; what happens again is counted.

Examples:
  $ pillion explain refusals --since 10m
  $ pillion explain refusals --search acme --json`,
    )
  addConnectedOptions(command).action(listRefusals)
}

async function listRefusals(options: RefusalOptions): Promise<void> {
  const { search = '', since = '', until = '' } = options
  const { client, output } = connect(options)
  const query = new URLSearchParams({ search, since, until })
  let silent: string | string[] | undefined
  const refusals = await client.get<RefusalView[]>(`/refusals?${query}`, (headers) => {
    silent = headers['x-pillion-silent-nodes']
  })
  if (silent !== undefined) output.notice(`These nodes did not answer, so theirs are missing: ${silent}.`)
  if (output.json) output.result(refusals, () => '')
  else if (refusals.length > 0)
    output.line(
      refusals
        .toReversed()
        .map((each) => describeRefusal(each, output))
        .join('\n'),
    )
  if (refusals.length === 0)
    output.hint(
      'Nobody like this was turned away. If a client is sure that it was, it reached another server: check address and port.',
    )
}

function describeRefusal(refusal: RefusalView, output: Output): string {
  const { at, packet, address, listener, clientId, name, topic, reason, text, fix, repeated } = refusal
  const time = output.style('dim', new Date(at).toLocaleString('sv-SE'))
  const who = [name || clientId || 'somebody', `from ${address} at ${listener}`]
  if (clientId !== '' && name !== '') who.push(`client id ${clientId}`)
  if (repeated > 1) who.push(`${repeated} times`)
  const what = topic === undefined ? packet : `${packet} ${topic}`
  const lines = [`${time}  ${escapeControls(`${what}: ${who.join(', ')}`)}`, `  ${text} (${reason})`]
  if (fix !== undefined) lines.push(`  → ${fix}`)
  return lines.map((line, at) => (at === 0 ? line : escapeControls(line))).join('\n')
}
