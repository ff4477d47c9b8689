import type { RunningServer } from '@pillion/server'
import type { Command } from 'commander'
import { commandFor, describeData, describeFirstOperator, describeListeners } from '../banner.ts'
import { describeMode } from '../describe-mode.ts'
import { addListenerOptions, type ListenerOptions } from '../listener-options.ts'
import { Output } from '../output.ts'
import { waitForSignal } from '../signals.ts'

export function addServe(parent: Command): void {
  const command = parent
    .command('serve')
    .description(
      'Run the server until Ctrl-C. Without options it is complete and reachable from this machine only.',
    )
    .addHelpText(
      'after',
      `
Logs go to stderr, one line each: for people on a terminal, JSON otherwise. SIGHUP makes it read its configuration and its
certificates again: what can change does, a mistake changes nothing, and the log tells.

Examples:
  $ pillion serve
  $ pillion serve --data /var/lib/pillion --http 9080
  $ pillion serve --config /etc/pillion/pillion.yaml`,
    )
  addListenerOptions(command).action(run)
}

async function run(options: ListenerOptions): Promise<void> {
  const output = new Output({ json: options.json === true })
  // Before the start, so that a signal while it starts is not lost.
  let server: RunningServer | undefined
  const signal = waitForSignal(() => void server?.reload())
  // Loaded only now: the other commands start faster without the whole server.
  const { start } = await import('../running.ts')
  server = await start(options)
  const summary = {
    url: server.httpUrl,
    data: server.config.data,
    node: server.node,
    mode: server.mode,
    listeners: server.listeners,
    firstOperatorUrl: server.firstOperatorUrl,
    pid: process.pid,
  }
  const started = server
  const hasPartners = (await server.fleet.listPartners()).length > 0
  output.result(summary, () => describe(started, output, hasPartners))
  await signal
  output.hint('\nStopping: connections are being closed. Ctrl-C again ends at once.')
  await server.close()
}

function describe(server: RunningServer, output: Output, hasPartners: boolean): string {
  const command = commandFor(server)
  return [
    output.style('bold', `Pillion is running; it keeps its data in ${describeData(server)}.`),
    '',
    ...describeListeners(server, output),
    ...describeMode(server),
    ...describeFirstOperator(server, output),
    '',
    'Next, in another terminal:',
    `  ${command(hasPartners ? 'trace --since 10m' : 'partner add acme --out ./acme')}`,
    `  ${command('status')}`,
    '',
    'Ctrl-C stops it.',
  ].join('\n')
}
