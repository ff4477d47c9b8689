import { existsSync, globSync } from 'node:fs'
import { sidebar } from '../../docs/.vitepress/sidebar.ts'
import type { Problem } from './problem.ts'
import { root } from './root.ts'

const file = 'docs/.vitepress/sidebar.ts'

/** The pages of the site that the sidebar leaves out, and those it names that are not there. */
export function checkSidebar(): Problem[] {
  const listed = sidebar.flatMap(({ items = [] }) => items.map(({ link = '' }) => toFile(link)))
  const present = globSync('docs/**/*.md', { cwd: root, exclude: ['**/node_modules/**'] })
  // The start page has no sidebar, and decisions have a list of their own.
  const wanted = present.filter((page) => page !== 'docs/index.md' && !/^docs\/adr\/\d/.test(page))
  const twice = listed.filter((page, index) => listed.indexOf(page) !== index)
  return [
    ...listed.filter((page) => !existsSync(root + page)).map((page) => `names ${page}, which is not there`),
    ...wanted.filter((page) => !listed.includes(page)).map((page) => `leaves ${page} out`),
    ...twice.map((page) => `names ${page} twice`),
  ].map((what) => ({ file, line: 1, what: `the sidebar ${what}` }))
}

function toFile(link: string): string {
  return `docs${link.replace(/\/$/, '/index')}.md`
}
