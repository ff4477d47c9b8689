import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** The frame script as it is built. */
const frameScript = fileURLToPath(new URL('../../../packages/frame/dist/frame.js', import.meta.url))

/** What every app finds below `/shared/` on its own host (W 11.3). */
export function findSharedFiles(): Map<string, string> {
  const files = new Map([['pillion/frame.js', frameScript]])
  const jquery = resolveInstalled('jquery/dist/jquery.js')
  if (jquery !== undefined) files.set('libs/jquery/1.10.0/jquery.js', jquery)
  return files
}

function resolveInstalled(specifier: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(specifier)
  } catch {
    return undefined
  }
}
