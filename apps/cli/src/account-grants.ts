import type { Command } from 'commander'
import { escapeControls } from './output.ts'

export interface GrantOptions {
  publish?: string[]
  subscribe?: string[]
}

/** Adds the two options that say what an account may do; each may be given again and again. */
export function addGrantOptions(command: Command): Command {
  return command
    .option('--publish <filter>', 'topic filter it may publish to; may be repeated', collect)
    .option('--subscribe <filter>', 'topic filter it may subscribe to; may be repeated', collect)
}

export const grantsHelp = `
Filters are those of MQTT: + is one level, a final # is any number of them. {name} in a filter stands for the
account's name. An account's topics are apart from the portal's: # is everything that accounts publish. The
portal's topics take a filter that begins with their root, such as 'psa/OVIPPartners-Dev/#'.`

export function describeFilters(filters: readonly string[]): string {
  return filters.length === 0 ? '-' : escapeControls(filters.join(', '))
}

function collect(filter: string, before: readonly string[] = []): string[] {
  return [...before, filter]
}
