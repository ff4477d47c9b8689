import { stringify } from 'yaml'
import type { Scenario, ScenarioStep } from './scenario.ts'

/** The YAML text that `parseScenario` reads. */
export function writeScenario({ name, description, steps }: Scenario): string {
  const about = description === '' ? { name } : { name, description }
  return stringify({ ...about, steps: steps.map(plainStep) }, { lineWidth: 0 })
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
