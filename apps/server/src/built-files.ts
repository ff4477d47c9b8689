import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the host page as it is built. */
export const portalPages = fileURLToPath(new URL('../../portal/dist', import.meta.url))

/** Folder of the operator’s page as it is built. */
export const consolePages = fileURLToPath(new URL('../../console/dist', import.meta.url))

/** Folder of the documentation as it is built. */
export const documentationPages = fileURLToPath(new URL('../../../docs/.vitepress/dist', import.meta.url))

/** The push SDK as a classic script. */
export const pushSdk = fileURLToPath(new URL('../../../sdks/push/dist/push-sdk.global.js', import.meta.url))

const frameScript = fileURLToPath(new URL('../../../packages/frame/dist/frame.js', import.meta.url))

/** What every app finds below `/shared/` on its own host: path → file (W 11.3). */
export function findSharedFiles(): Map<string, string> {
  const jquery = createRequire(import.meta.url).resolve('jquery/dist/jquery.js')
  return new Map([
    ['pillion/frame.js', frameScript],
    // Apps ask for that version; any later 1.x will do.
    ['libs/jquery/1.10.0/jquery.js', jquery],
  ])
}

/** Without these the head unit in the browser, the console or a push web app shows nothing. */
export function findMissingBuilds(): string[] {
  const pages = [portalPages, consolePages].map((folder) => join(folder, 'index.html'))
  return [...pages, frameScript, pushSdk].filter((file) => !existsSync(file))
}
