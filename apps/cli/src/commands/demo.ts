import type { RunningServer } from '@pillion/server'
import type { Command } from 'commander'
import { commandFor, describeData, describeFirstOperator, describeListeners } from '../banner.ts'
import { failure } from '../cli-error.ts'
import { AdminClient } from '../client.ts'
import { startDemoPartner } from '../demo-partner.ts'
import { pushExample } from '../demo-push.ts'
import { type Demo, prepareDemo } from '../demo-setup.ts'
import { describeMode } from '../describe-mode.ts'
import { addListenerOptions, type ListenerOptions } from '../listener-options.ts'
import { openBrowser } from '../open-browser.ts'
import { Output } from '../output.ts'
import { findServer } from '../server-address.ts'
import { waitForSignal } from '../signals.ts'

interface Options extends ListenerOptions {
  open?: boolean
}

export function addDemo(parent: Command): void {
  const command = parent
    .command('demo')
    .description(
      'Run the server with a demo partner, vehicle, two apps and a push app, ready to try in the browser.',
    )
    .option('--open', 'open the head unit in the browser')
    .addHelpText(
      'after',
      `
It may be started again and again; the demo's credentials stay in <data>/demo.

Examples:
  $ pillion demo
  $ pillion demo --http 9080 --open`,
    )
  addListenerOptions(command).action(run)
}

async function run(options: Options): Promise<void> {
  const output = new Output({ json: options.json === true })
  const signal = waitForSignal()
  // Loaded only now: the other commands start faster without the whole server.
  const { start } = await import('../running.ts')
  const server = await start(options, { quiet: true, pushExample })
  try {
    if (server.httpUrl === '')
      throw failure('The demo needs the http listener; turn it on in the configuration.')
    const client = new AdminClient(findServer({ data: server.config.data }, {}))
    const demo = await prepareDemo(server, client)
    const partner = startDemoPartner(demo.partnerConfig, output)
    const summary = { ...demo, listeners: server.listeners, pid: process.pid, partnerPid: partner.pid }
    output.result(summary, () => describe(server, demo, output))
    if (options.open === true) openBrowser(demo.portalUrl, output)
    await signal
    output.hint('\nStopping. Ctrl-C again ends at once.')
    await partner.end()
  } finally {
    await server.close()
  }
}

function describe(server: RunningServer, demo: Demo, output: Output): string {
  const command = commandFor(server)
  const send = `send ${demo.vin} --app demo-messages`
  return [
    output.style('bold', `The Pillion demo is running; it keeps its data in ${describeData(server)}.`),
    '',
    ...describeListeners(server, output),
    ...describeMode(server),
    ...describeFirstOperator(server, output),
    '',
    'Vehicles: open the head unit in a browser:',
    `  ${output.style('bold', demo.portalUrl)}`,
    '',
    "Then, in another terminal, in the repository's folder:",
    `  ${command(`${send} '{"text":"Hello"}'`)}`,
    `  ${command(`${send} '{"text":"Hello"}' --popup 'Hello from the demo partner'`)}`,
    `  ${command('listen --partner demo')}`,
    '',
    'Push: open this in two browser windows, sign up in each, and send from one to the other:',
    `  ${output.style('bold', demo.push.pageUrl)}`,
    'Then, in that other terminal: a thing that writes readings, a push by the app’s admin, and whom it goes to:',
    `  npx node examples/push-thing/src/main.ts ${server.httpUrl}/api`,
    `  ${command(`push send --to topic:news --app ${demo.push.appID} '{"text":"Ferry 3 is late"}'`)}`,
    `  ${command(`push listen --app ${demo.push.appID}`)}`,
    '',
    'docs/guides/push.md walks through push.',
    'Lines marked [partner] come from the demo back end, examples/partner. Ctrl-C stops everything.',
  ].join('\n')
}
