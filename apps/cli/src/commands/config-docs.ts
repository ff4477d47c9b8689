import type { Command } from 'commander'

export function addConfigDocs(parent: Command): void {
  parent
    .command('docs')
    .description(
      'Print the reference of the configuration, in Markdown: every key, its default, what it is for.',
    )
    .addHelpText('after', '\nExample:\n  $ pillion config docs | less')
    .action(async () => {
      // Loaded only now: the other commands start faster without the whole server.
      const { formatConfigReference } = await import('@pillion/server')
      process.stdout.write(formatConfigReference())
    })
}
