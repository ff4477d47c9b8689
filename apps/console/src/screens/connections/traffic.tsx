import type { ConnectionView } from '@pillion/schema'
import { useEffect, useState } from 'preact/hooks'
import { formatShort } from '../../format.ts'
import { Chart } from '../../parts/chart.tsx'

const SECONDS = 120

interface Sample {
  /** Seconds since 1970. */
  readonly at: number
  readonly messagesIn: number
  readonly messagesOut: number
}

/** What goes in and out, per second, since the detail was opened. */
export function Traffic({ connection }: { connection: ConnectionView }) {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  useEffect(() => {
    const { messagesIn, messagesOut } = connection
    setSamples((before) => [...before.slice(-SECONDS), { at: Date.now() / 1_000, messagesIn, messagesOut }])
  }, [connection])
  const rates = (read: (sample: Sample) => number) =>
    samples.slice(1).map((sample, place) => {
      const before = samples[place] as Sample
      return Math.max(0, (read(sample) - read(before)) / (sample.at - before.at))
    })
  return (
    <Chart
      title="Messages per second"
      times={samples.slice(1).map(({ at }) => at)}
      seconds={SECONDS}
      format={formatShort}
      lines={[
        { name: 'in', color: 'chart-1', values: rates(({ messagesIn }) => messagesIn), isFilled: true },
        { name: 'out', color: 'chart-2', values: rates(({ messagesOut }) => messagesOut) },
      ]}
    />
  )
}
