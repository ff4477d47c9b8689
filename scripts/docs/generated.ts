import { formatCliReference } from '../../apps/cli/src/cli-reference.ts'
import { formatConfigReference } from '../../apps/server/src/config-reference.ts'
import { formatTopicReference } from '../../apps/server/src/http/documents/async-document.ts'
import { formatMetricsReference } from '../../apps/server/src/metrics/metrics-reference.ts'
import { formatReasonReference } from '../../apps/server/src/reason-reference.ts'
import { findHolders } from '../../packages/packet/src/conformance/held-by.ts'
import { writePage } from '../../packages/packet/src/conformance/page.ts'
import { formatErrorReference } from '../../packages/push/src/error-reference.ts'
import { PORTAL_ROOT } from '../../packages/schema/src/index.ts'
import { formatLimitReference } from './limit-reference.ts'
import { root } from './root.ts'

/** Pages that are made from the code: file, and what makes its text. `npm run docs:write` writes them. */
export const generatedPages: ReadonlyMap<string, () => string> = new Map([
  ['docs/reference/cli.md', formatCliReference],
  ['docs/reference/configuration.md', formatConfigReference],
  ['docs/reference/errors.md', formatErrorReference],
  ['docs/reference/limits.md', formatLimitReference],
  ['docs/reference/metrics.md', formatMetricsReference],
  ['docs/reference/reasons.md', formatReasonReference],
  ['docs/reference/topics.md', () => formatTopicReference(PORTAL_ROOT)],
  ['docs/reference/mqtt-conformance.md', () => writePage(findHolders(root))],
])
