import { parseArgs } from 'node:util'
import { OptionsError } from '../options.ts'
import { type PolicyName, policies } from './policies.ts'
import { type Outcome, type Storm, simulate } from './simulate.ts'

/**
 * `npm run bench -- storm-simulation`: how fleets with different ideas of when to try again come back after an outage, with and
 * without admission control. Nothing is measured, so the machine does not matter.
 */
export function benchStormSimulation(args: readonly string[]): void {
  const { storm, waitingMax } = parse(args)
  const { clients, nodes, signInsPerSecond, patienceMilliseconds } = storm
  print(
    `${clients.toLocaleString('en')} clients, ${nodes} nodes, ${signInsPerSecond} sign-ins/s each; a client waits ` +
      `${patienceMilliseconds / 1_000} s; at least ${(clients / nodes / signInsPerSecond).toFixed(0)} s\n`,
  )
  print(`| admission | trying again | 50 % back | 99 % | 100 % | attempts/s, peak | attempts | refused | gave up | wasted |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`)
  for (const admission of [waitingMax, Number.POSITIVE_INFINITY]) {
    for (const name of Object.keys(policies) as PolicyName[]) {
      const outcome = simulate({ ...storm, waitingMax: admission, policy: policies[name] })
      print(
        `| ${[admission === Number.POSITIVE_INFINITY ? 'none' : `${admission} wait`, name, ...cells(outcome, storm)].join(' | ')} |`,
      )
    }
  }
}

function cells(outcome: Outcome, { clients, secondsMax }: Storm): string[] {
  const { halfSeconds, mostSeconds, allSeconds, back } = outcome
  const { attemptsPerSecondMax, attempts, refused, leftWaiting, wasted } = outcome
  const never = `not in ${secondsMax} s (${((100 * back) / clients).toFixed(1)} % are)`
  const times = [halfSeconds, mostSeconds, allSeconds].map((each) =>
    each === undefined ? never : `${each.toFixed(0)} s`,
  )
  return [
    ...times,
    ...[attemptsPerSecondMax, attempts, refused, leftWaiting, wasted].map((each) =>
      each.toLocaleString('en'),
    ),
  ]
}

function parse(args: readonly string[]) {
  const { values } = read(args)
  const number = (name: keyof typeof values, min: number, max: number) => {
    const value = Number(values[name])
    if (value >= min && value <= max) return value
    throw new OptionsError(`--${name} takes a number from ${min} to ${max}`)
  }
  const signInsPerSecond = number('rate', 1, 1_000_000)
  const patienceSeconds = number('patience', 0.1, 600)
  const storm = {
    clients: number('clients', 1, 20_000_000),
    nodes: number('nodes', 1, 10_000),
    signInsPerSecond,
    patienceMilliseconds: patienceSeconds * 1_000,
    roundTripMilliseconds: number('round-trip', 1, 10_000),
    refusalCost: number('refusal', 0, 1),
    backlog: number('backlog', 1, 65_535),
    secondsMax: number('seconds', 1, 86_400),
    seed: number('seed', 0, 4_294_967_295),
    waitingMax: 0,
    policy: policies.immediate,
  }
  // Half of what clients wait, so that whoever is let in is still there when it is its turn.
  return { storm, waitingMax: Math.ceil((signInsPerSecond * patienceSeconds) / 2) }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        clients: { type: 'string', default: '60000' },
        nodes: { type: 'string', default: '3' },
        rate: { type: 'string', default: '800' },
        patience: { type: 'string', default: '10' },
        'round-trip': { type: 'string', default: '100' },
        refusal: { type: 'string', default: '0.02' },
        backlog: { type: 'string', default: '4096' },
        seconds: { type: 'string', default: '600' },
        seed: { type: 'string', default: '1' },
      },
    })
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error))
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
