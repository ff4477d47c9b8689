// `npm run docs:check`: what the documentation says of the code is so. Prints what is not, one line each, and ends with 1 then.
import { globSync, readFileSync } from 'node:fs'
import { checkCommands } from './commands.ts'
import { generatedPages } from './generated.ts'
import { checkLinks, checkPaths } from './links.ts'
import { checkNames } from './names.ts'
import { readPage } from './page.ts'
import { formatProblem, type Problem } from './problem.ts'
import { root } from './root.ts'
import { checkSidebar } from './site.ts'
import { checkSnippets } from './snippets.ts'
import { checkTypedSnippets } from './typed-snippets.ts'

/** Everything that somebody reads: the site, and the README of each part. */
export function checkDocs(): Problem[] {
  const files = globSync(
    '{README.md,docs/**/*.md,{apps,packages,sdks,examples}/*/README.md,{bench,deploy,examples}/README.md}',
    {
      cwd: root,
      exclude: ['**/node_modules/**'],
    },
  )
  const pages = files.sort().map(readPage)
  return [
    ...checkGeneratedPages(),
    ...checkSidebar(),
    ...checkLinks(pages),
    ...checkPaths(pages.filter(({ file }) => !generatedPages.has(file))),
    ...checkCommands(pages),
    ...checkNames(pages),
    ...checkSnippets(pages),
    ...checkTypedSnippets(pages),
  ].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
}

function checkGeneratedPages(): Problem[] {
  return [...generatedPages].flatMap(([file, format]) => {
    const problem = (what: string, line = 1) => [{ file, line, what: `${what}: npm run docs:write` }]
    const text = readIfThere(file)
    if (text === undefined) return problem('is made from the code, and not there yet')
    const lines = format().split('\n')
    if (!lines.slice(0, 8).some((line) => line.includes('Made from')))
      return problem('does not say what it is made from')
    const differing = text.split('\n').findIndex((line, index) => line !== lines[index])
    const line = differing === -1 ? Math.min(lines.length, text.split('\n').length) : differing + 1
    return text === lines.join('\n') ? [] : problem('is not what the code says', line)
  })
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(root + file, 'utf8')
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const problems = checkDocs()
  for (const problem of problems) console.error(formatProblem(problem))
  if (problems.length > 0) {
    console.error(
      `\n${problems.length} ${problems.length === 1 ? 'thing' : 'things'} in the documentation not so`,
    )
    process.exitCode = 1
  }
}
