import { pushErrors } from './push-error.ts'

/** docs/reference/errors.md; `npm run docs:write` writes it, `npm run docs:check` compares. */
export function formatErrorReference(): string {
  const rows = Object.entries(pushErrors)
    .toSorted(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, when }]) => `| ${status} | \`${code}\` | ${when} |`)
  return [intro, '| Status | Code | When |', '| --- | --- | --- |', ...rows, ''].join('\n')
}

const intro = `# Errors of the push REST

Made from \`packages/push/src/push-error.ts\`. Everything under \`/api\` fails like this, with these statuses and codes; they
are those of the original service, and a code keeps its meaning for good.

<!-- is: push error -->
\`\`\`json
{ "errorCode": "TOPIC_NOT_FOUND", "message": "There is no topic news in this scope", "topicID": "news" }
\`\`\`

\`message\` is for a person and may change. Some codes bring details: the ids that were not found, the \`field\` that was wrong
or taken. Token requests fail as OAuth wants it, with \`error\` and \`error_description\` beside the same text.

| Answer | Try again? |
| --- | --- |
| 401 \`UNAUTHORIZED\` | not as the same caller: it has a good token, but not the right |
| 403 \`WRONG_TOKEN\` | after signing in again, or refreshing |
| 429, 503 | after the seconds that \`Retry-After\` says; nothing was changed, unless the database went away in the middle of its last step |
| 500, no answer | reading: at once; writing: it may have been done, so look first |
| 503, 500, no answer, with an \`Idempotency-Key\` | at once, as often as need be: it is done once |
| any other 4xx | not without changing the request |

\`POST\` of an object or a group takes the header \`Idempotency-Key\`: 16 to 255 visible characters that nobody can guess, such as a
UUID, new for each thing that is to be made. All requests of one caller with one key and one body, at any node, give one object and
the same answer, for 24 hours (\`limits.keptAnswerSeconds\`; the last 10,000 keys of a caller). With another body the key is
refused: \`IDEMPOTENCY_KEY_REUSED\`. The operator's REST (\`/admin/v1\`) takes it where partners, vehicles, apps, accounts and push
apps are added; their secrets come again with the answer, and are kept encrypted with the key, of which there is only a hash. Should
a server die between making one of these and keeping its answer, the next request says that it is there (409).
`

if (import.meta.main) process.stdout.write(formatErrorReference())
