import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { theme } from '../shell/theme.ts'

export interface ChartLine {
  readonly name: string
  /** Name of a colour in base.css: `chart-1` … */
  readonly color: string
  readonly values: readonly (number | null)[]
  /** The area below is filled lightly. */
  readonly isFilled?: boolean
}

interface ChartProps {
  readonly title: string
  /** Seconds since 1970, as many as each line has values. */
  readonly times: readonly number[]
  readonly lines: readonly ChartLine[]
  /** Of a value, with its unit. */
  readonly format: (value: number) => string
  /** Bytes have other round numbers. */
  readonly isBytes?: boolean
  /** What is seen at once. */
  readonly seconds: number
}

const clockSteps = [60, 120, 300, 600]
/** 1, 2, 5, 10 … a billion. */
const decimalSteps = Array.from(
  { length: 28 },
  (_, place) => (([1, 2, 5] as const)[place % 3] ?? 1) * 10 ** Math.floor(place / 3),
)
/** 1, 2, 4 … a TiB. */
const binarySteps = Array.from({ length: 41 }, (_, power) => 2 ** power)

const HEIGHT = 148

/** Charts with the same key have their crosshairs at the same moment. */
const sync = uPlot.sync('console')

/** Lines over the last while; the newest values, or those under the pointer, stand above. */
export function Chart({ title, times, lines, format, isBytes = false, seconds }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const values = useRef<(HTMLElement | null)[]>([])
  const shown = useRef({ times, lines, format })
  shown.current = { times, lines, format }
  const shape = `${theme.value} ${lines.map(({ name, color }) => name + color).join()}`

  const writeValues = (at?: number) => {
    const { lines, format } = shown.current
    for (const [place, line] of lines.entries()) {
      const cell = values.current[place]
      const value = line.values[at ?? line.values.length - 1]
      if (cell) cell.textContent = value === undefined || value === null ? '–' : format(value)
    }
  }

  // Made anew when lines come or go, or the colours change
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    const made = new uPlot(
      {
        ...baseOptions(shown.current.lines, seconds),
        width: element.clientWidth,
        axes: axes(isBytes ? binarySteps : decimalSteps, (value) => shown.current.format(value)),
        hooks: { setCursor: [({ cursor }) => writeValues(cursor.idx ?? undefined)] },
      },
      dataOf(shown.current.times, shown.current.lines),
      element,
    )
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [shape, seconds])

  useEffect(() => {
    plot.current?.setData(dataOf(times, lines))
    writeValues(plot.current?.cursor.idx ?? undefined)
  })

  return (
    <figure class="chart card" aria-label={title}>
      <figcaption class="chart-head">
        <h2>{title}</h2>
        <ul>
          {lines.map(({ name, color }, place) => (
            <li key={name}>
              <i data-color={color} />
              {name}
              <b
                ref={(cell) => {
                  values.current[place] = cell
                }}
              />
            </li>
          ))}
        </ul>
      </figcaption>
      <div class="chart-plot" ref={frame} aria-hidden="true" />
    </figure>
  )
}

function dataOf(times: readonly number[], lines: readonly ChartLine[]): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])]
}

function baseOptions(lines: readonly ChartLine[], seconds: number): Omit<uPlot.Options, 'width'> {
  return {
    height: HEIGHT,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: sync.key }, points: { size: 6 } },
    scales: {
      x: { range: (_plot, _min, max) => rangeOf(max ?? Date.now() / 1_000, seconds) },
      // From nought, and never flat: what hardly moves shall look like it.
      y: { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.12)] },
    },
    series: [
      {},
      ...lines.map(({ name, color, isFilled }) => ({
        label: name,
        stroke: colorOf(color),
        width: 1.5,
        points: { show: false },
        ...(isFilled ? { fill: `${colorOf(color)}22` } : {}),
      })),
    ],
  }
}

function axes(steps: number[], format: (value: number) => string): uPlot.Axis[] {
  const common = {
    stroke: colorOf('text-3'),
    font: `11px ${colorOf('font')}`,
    grid: { stroke: colorOf('line'), width: 1 },
    ticks: { show: false },
  }
  return [
    { ...common, space: 64, size: 24, incrs: clockSteps, values: (_plot, splits) => splits.map(formatClock) },
    { ...common, space: 24, size: 56, incrs: steps, values: (_plot, splits) => splits.map(format) },
  ]
}

function rangeOf(last: number, seconds: number): [number, number] {
  return [last - seconds, last]
}

/** What base.css says now. */
function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

function formatClock(seconds: number): string {
  const at = new Date(seconds * 1_000)
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`
}
