import { pushErrors } from './push-error.ts'

/**
 * docs/reference/errors.md, which a test keeps equal to this. To write it:
 * `node packages/push/src/error-reference.ts > docs/reference/errors.md`.
 */
export function formatErrorReference(): string {
  const rows = Object.entries(pushErrors)
    .toSorted(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, when }]) => `| ${status} | \`${code}\` | ${when} |`)
  return [intro, '| Status | Code | When |', '| --- | --- | --- |', ...rows, ''].join('\n')
}

const intro = `# Errors of the push REST

Made from \`packages/push/src/push-error.ts\`. Everything under \`/api\` fails like this, with these statuses and codes; they
are those of the original service, and a code keeps its meaning for good.

\`\`\`json
{ "errorCode": "TOPIC_NOT_FOUND", "message": "There is no topic news in this scope", "topicID": "news" }
\`\`\`

\`message\` is for a person and may change. Some codes bring details: the ids that were not found, the \`field\` that was wrong
or taken. Token requests fail as OAuth wants it, with \`error\` and \`error_description\` beside the same text.

| Answer | Try again? |
| --- | --- |
| 401 \`UNAUTHORIZED\` | not as the same caller: it has a good token, but not the right |
| 403 \`WRONG_TOKEN\` | after signing in again, or refreshing |
| 429, 503 | after the seconds that \`Retry-After\` says; nothing was changed |
| 500, no answer | reading: at once; writing: it may have been done, so look first |
| any other 4xx | not without changing the request |
`

if (import.meta.main) process.stdout.write(formatErrorReference())
