import { PartnerClient, PartnerError, type PartnerOptions, readPartnerConfig } from '@pillion/partner'
import { DeliveriesDesk } from './deliveries.ts'
import { MessagesDesk } from './messages.ts'

/**
 * The demo's back end: `node src/main.ts [config.json] [VIN…]`. Answers the two sample apps in all vehicles; greets the
 * vehicles named, before anybody opens an app there. Prints one line per message; ends cleanly on SIGTERM and SIGINT.
 */
const [configFile = 'config.json', ...vins] = process.argv.slice(2)

try {
  await serve(readPartnerConfig(configFile))
} catch (error) {
  if (!(error instanceof PartnerError)) throw error
  if (error.code !== 'CLOSED') {
    console.error(error.message)
    process.exitCode = 1
  }
}

async function serve(options: PartnerOptions): Promise<void> {
  await using client = new PartnerClient(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => client.close())
  client.on('state', ({ state, error }) => log(error === undefined ? state : `${state}: ${error.message}`))

  await client.connect()
  const desks = { 'demo-messages': new MessagesDesk(client), 'demo-deliveries': new DeliveriesDesk(client) }
  const messages = client.messages()
  for (const vin of vins) {
    for (const [idApp, desk] of Object.entries(desks)) {
      log(`${vin} ${idApp} → ${await outcomeOf(() => desk.greet(vin))}`)
    }
  }

  for await (const { vin, content, payload } of messages) {
    // Which app sent it stands in the content, because the topic does not tell.
    const { app = '' } = (content ?? {}) as { app?: string }
    const desk = Object.hasOwn(desks, app) ? desks[app as keyof typeof desks] : undefined
    const outcome = desk ? await outcomeOf(() => desk.answer(vin, content as object)) : 'not for us'
    log(`${vin} ${app || '?'} ${payload.slice(0, 100)} → ${outcome}`)
  }
}

/** A message that cannot be answered must not stop the others. */
async function outcomeOf(act: () => Promise<string>): Promise<string> {
  try {
    return await act()
  } catch (error) {
    return (error as Error).message
  }
}

function log(line: string): void {
  console.log(`${new Date().toLocaleTimeString('en-GB')} ${line}`)
}
