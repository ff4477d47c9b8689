import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** Builds what the server hands out, the page and the frame script, where the sources are newer than what was built. */
export async function buildPages(): Promise<void> {
  await buildIfStale(new URL('..', import.meta.url), 'dist/index.html')
  await buildIfStale(new URL('../../../packages/frame/', import.meta.url), 'dist/frame.js')
}

export async function buildIfStale(folder: URL, output: string): Promise<void> {
  const path = fileURLToPath(folder)
  const built = await changedAt(join(path, output))
  const sources = await readdir(join(path, 'src'), { recursive: true })
  const changes = await Promise.all(sources.map((source) => changedAt(join(path, 'src', source))))
  if (built > Math.max(...changes)) return
  await build({ configFile: join(path, 'vite.config.ts'), logLevel: 'error' })
}

async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}
