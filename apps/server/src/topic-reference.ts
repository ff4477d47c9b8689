import { PORTAL_ROOT } from '@pillion/schema'
import { formatTopicReference } from './http/documents/async-document.ts'

/** Prints docs/reference/topics.md. */
if (import.meta.main) process.stdout.write(formatTopicReference(PORTAL_ROOT))
