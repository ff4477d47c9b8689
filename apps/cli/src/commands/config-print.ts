import type { Setting } from '@pillion/schema'
import type { Command } from 'commander'
import { AdminClient } from '../client.ts'
import { addListenerOptions, type ListenerOptions, toConfigFlags } from '../listener-options.ts'
import { Output } from '../output.ts'
import { findServer } from '../server-address.ts'

interface Options extends ListenerOptions {
  running?: boolean
}

export function addConfigPrint(parent: Command): void {
  const command = parent
    .command('print')
    .description(
      'Print every key, the value in force, where it comes from and whether a reload changes it; never a secret.',
    )
    .option('--running', 'of the server that runs in --data, instead of one that would start now')
    .addHelpText(
      'after',
      `
Examples:
  $ pillion config print --config /etc/pillion/pillion.yaml
  $ pillion config print --running | grep -v default`,
    )
  addListenerOptions(command).action(run)
}

async function run(options: Options): Promise<void> {
  const output = new Output({ json: options.json === true })
  const settings = options.running === true ? await ask(options) : await read(options)
  if (output.json) output.result(settings, String)
  else
    output.table(
      ['key', 'value', 'source', 'in force after'],
      settings.map((setting) => [
        setting.key,
        describeValue(setting),
        setting.source,
        setting.needsRestart ? 'restart' : 'reload',
      ]),
    )
}

function ask({ data }: Options): Promise<Setting[]> {
  return new AdminClient(findServer({ ...(data === undefined ? {} : { data }) })).get<Setting[]>('/settings')
}

async function read(options: Options): Promise<Setting[]> {
  // Loaded only now: the other commands start faster without the whole server.
  const { findConfigFile, requireConfig } = await import('../config-sources.ts')
  const { SettingsInForce } = await import('@pillion/server')
  const sources = { ...findConfigFile(options.config), env: process.env, flags: toConfigFlags(options) }
  return new SettingsInForce(requireConfig(sources), sources).list()
}

function describeValue({ value, isSecret, source }: Setting): string {
  if (value !== undefined) return typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
  return isSecret && source !== 'default' ? '(secret)' : '""'
}
