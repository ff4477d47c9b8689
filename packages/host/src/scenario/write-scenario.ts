import { stringify } from 'yaml'
import type { Scenario, ScenarioStep } from './scenario.ts'

/** The YAML text that `parseScenario` reads. */
export function writeScenario({ name, description, steps }: Scenario): string {
  const about = description === '' ? { name } : { name, description }
  return stringify({ ...about, steps: steps.map(plainStep) }, { lineWidth: 0 })
}

/** How much of that text one step takes. */
export function stepCharacters(step: ScenarioStep): number {
  return stringify({ steps: [plainStep(step)] }, { lineWidth: 0 }).length
}

function plainStep({ atSeconds, overSeconds, set, drive, note }: ScenarioStep): object {
  return {
    at: atSeconds,
    ...(overSeconds > 0 ? { over: overSeconds } : {}),
    ...(note === '' ? {} : { note }),
    ...(drive === undefined ? {} : { drive }),
    ...(Object.keys(set).length > 0 ? { set } : {}),
  }
}
