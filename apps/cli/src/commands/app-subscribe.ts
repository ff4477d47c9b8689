import type { Subscriptions } from '@pillion/schema'
import type { Command } from 'commander'
import { changeSubscriptions, type SubscriptionOptions } from '../change-subscriptions.ts'
import { addConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'
import { readVins } from '../vin-list.ts'

export function addAppSubscribe(parent: Command): void {
  const command = parent
    .command('subscribe')
    .description('Subscribe vehicles to an app: it appears on their app wall. Doing it twice is no error.')
    .argument('<idapp>', "the app's id")
    .argument('[vin...]', 'VINs: 17 letters or digits each')
    .option('--file <file>', "read the VINs from a file, one per line; '-' is stdin")
    .addHelpText('after', '\nExample:\n  $ pillion app subscribe parking VF3CAR00000000001')
  addConnectedOptions(command).action(run)
}

async function run(idApp: string, args: string[], options: SubscriptionOptions): Promise<void> {
  const vins = await readVins(args, options.file)
  const { client, output, command } = connect(options)
  const answer = await changeSubscriptions(vins, 'subscribed', output, (batch) =>
    client.post<Subscriptions>(`/apps/${encodeURIComponent(idApp)}/subscriptions`, { vins: batch }),
  )
  output.result(
    answer,
    () =>
      `Subscribed ${count(vins.length, 'vehicle')} to ${idApp}; ${count(answer.vins.length, 'vehicle')} in all.`,
  )
  output.hint(`Next: \`${command(`send ${vins[0]} --app ${idApp} '{"text":"Hello"}'`)}\` sends it a message.`)
}
