/** The process of a `LoadProcess`: calls functions of the module it was given, and ends with whoever started it. */

export interface Call {
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
}

export interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}

const [, , file = ''] = process.argv
const loaded: Promise<Record<string, (...args: readonly unknown[]) => unknown>> = import(file)

process.once('disconnect', () => process.exit())
process.on('message', async ({ id, name, args }: Call) => {
  process.send?.(await answer(id, name, args))
})

async function answer(id: number, name: string, args: readonly unknown[]): Promise<Answer> {
  try {
    return { id, result: await (await loaded)[name]?.(...args) }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
