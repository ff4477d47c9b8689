import bars from '../bars.json' with { type: 'json' }
import { disturbedCores, type Row } from './sample.ts'
import type { WorkloadName } from './workloads/index.ts'

/** What pillion, with its access checks on, must reach in a workload. */
interface Bar {
  /** Times as many messages per second as mosquitto in the same run of the bench. */
  readonly timesMosquittoMin?: number
  readonly kilobytesPerConnectionMax?: number
}

/** Compares one workload's rows with its bar. Returns a sentence for whatever is missed, or cannot be told. */
export function checkBar(workload: WorkloadName, rows: readonly Row[], bar: Bar = bars[workload]): string[] {
  const pillion = rows.find(({ server }) => server === 'pillion')
  const mosquitto = rows.find(({ server }) => server === 'mosquitto')
  if (pillion === undefined) return [`${workload}: pillion was not measured`]
  const faults: string[] = []
  if (pillion.lost > 0) faults.push(`${workload}: pillion lost ${pillion.lost} messages`)
  const { timesMosquittoMin, kilobytesPerConnectionMax } = bar
  const compared = timesMosquittoMin !== undefined && mosquitto ? [pillion, mosquitto] : [pillion]
  for (const { server, otherCores } of compared) {
    if (otherCores > disturbedCores)
      faults.push(`${workload}: ${server} was disturbed by other processes, run again`)
  }
  if (timesMosquittoMin !== undefined) {
    const times = mosquitto && pillion.perSecond / mosquitto.perSecond
    if (times === undefined) faults.push(`${workload}: mosquitto was not measured`)
    else if (!(times >= timesMosquittoMin)) {
      faults.push(`${workload}: ${times.toFixed(2)} × mosquitto, the bar is ${timesMosquittoMin} ×`)
    }
  }
  if (kilobytesPerConnectionMax !== undefined) {
    const kilobytes = pillion.kilobytesPerConnection
    if (kilobytes === undefined) faults.push(`${workload}: memory cannot be read on this system`)
    else if (kilobytes > kilobytesPerConnectionMax) {
      faults.push(
        `${workload}: ${kilobytes.toFixed(1)} KB per idle connection, the bar is ${kilobytesPerConnectionMax} KB`,
      )
    }
  }
  return faults
}
