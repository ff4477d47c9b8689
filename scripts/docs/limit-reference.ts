import { readFileSync } from 'node:fs'
import { limitKeys } from '../../apps/server/src/limits.ts'
import { limits } from '../../packages/schema/src/index.ts'
import { root } from './root.ts'

/** docs/reference/limits.md: those that no key changes. Those with a key are in configuration.md. */
export function formatLimitReference(): string {
  const sentences = readSentences()
  const fixed = Object.entries(limits).filter(([name]) => !(name in limitKeys))
  const rows = fixed.map(([name, value]) => {
    const sentence = sentences.get(name) ?? ''
    return `| \`${name}\` | ${value.toLocaleString('en')} | ${unitOf(name)} | ${sentence.replaceAll('|', '\\|')} |`
  })
  return [intro, '| Limit | Value | Unit | What for |', '| --- | --- | --- | --- |', ...rows, ''].join('\n')
}

const intro = `# Limits

Made from \`packages/schema/src/limits.ts\`. Everything that can grow has a bound. Most bounds are keys, which an operator may
change: [configuration, \`limits\`](configuration.md#limits). Those below are fixed, because both ends must agree on them: the
originals' documents say so, or a page in a head unit keeps to them. W is the WebPortal's documentation and P that of the push service, by
section.
`

/** The last word but Max: `pushObjectCharactersMax` is in characters. */
function unitOf(name: string): string {
  const unit = /(Bytes|Seconds|Milliseconds|Characters|Kmh|Depth)(?:[A-Z]\w*)?$/.exec(name)?.[1]
  return unit === 'Kmh' ? 'km/h' : (unit?.toLowerCase() ?? '')
}

/** Of each limit the comment above it, or above those that stand right before it. */
function readSentences(): Map<string, string> {
  const source = readFileSync(`${root}packages/schema/src/limits.ts`, 'utf8')
  const sentences = new Map<string, string>()
  let sentence = ''
  for (const [, comment, name] of source.matchAll(/\/\*\*([\s\S]*?)\*\/|^ {2}(\w+):/gm)) {
    if (comment !== undefined) sentence = comment.replace(/\s*\n\s*\* ?/g, ' ').trim()
    if (name !== undefined) sentences.set(name, sentence)
  }
  return sentences
}
