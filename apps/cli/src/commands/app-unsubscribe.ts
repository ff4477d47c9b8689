import type { Subscriptions } from '@pillion/schema'
import type { Command } from 'commander'
import { changeSubscriptions, type SubscriptionOptions } from '../change-subscriptions.ts'
import { addConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'
import { readVins } from '../vin-list.ts'

export function addAppUnsubscribe(parent: Command): void {
  const command = parent
    .command('unsubscribe')
    .description(
      'End the subscriptions of vehicles to an app: it is unloaded, goes from their app wall, and gets no messages. Doing it twice is no error.',
    )
    .argument('<idapp>', "the app's id")
    .argument('[vin...]', 'VINs: 17 letters or digits each')
    .option('--file <file>', "read the VINs from a file, one per line; '-' is stdin")
    .addHelpText(
      'after',
      '\nExamples:\n  $ pillion app unsubscribe parking VF3CAR00000000001\n  $ pillion app unsubscribe parking --file sold.txt',
    )
  addConnectedOptions(command).action(run)
}

async function run(idApp: string, args: string[], options: SubscriptionOptions): Promise<void> {
  const vins = await readVins(args, options.file)
  const { client, output } = connect(options)
  const answer = await changeSubscriptions(vins, 'unsubscribed', output, (batch) =>
    client.delete<Subscriptions>(`/apps/${encodeURIComponent(idApp)}/subscriptions`, { vins: batch }),
  )
  output.result(
    answer,
    () =>
      `Unsubscribed ${count(vins.length, 'vehicle')} from ${idApp}; ${count(answer.vins.length, 'vehicle')} left.`,
  )
}
