import { fileURLToPath } from 'node:url'

/** Of the repository; ends with a slash. */
export const root = fileURLToPath(new URL('../..', import.meta.url))
