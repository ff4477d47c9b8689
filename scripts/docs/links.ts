import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { nearest } from '../../packages/schema/src/index.ts'
import { type Page, readPage } from './page.ts'
import type { Problem } from './problem.ts'
import { root } from './root.ts'

/** Relative links and anchors that go nowhere, in the repository or on the site. */
export function checkLinks(pages: readonly Page[]): Problem[] {
  const read = new Map(pages.map((page) => [page.file, page]))
  return pages.flatMap((page) =>
    page.links.flatMap(({ line, text }): Problem[] => {
      if (/^[a-z][a-z+.-]*:/i.test(text)) return []
      const [path = '', anchor] = decodeURI(text).split('#')
      const target = path === '' ? page.file : resolveTarget(page.file, path)
      const problem = (what: string, near?: string) => [{ file: page.file, line, what, nearest: near }]
      if (!existsSync(join(root, target))) return problem(`${text} leads to ${target}, which is not there`)
      if (anchor === undefined || !target.endsWith('.md')) return []
      const anchors = listAnchors(read.get(target) ?? readPage(target))
      if (anchors.has(anchor)) return []
      return problem(`${target} has no heading #${anchor}`, nearest(anchor, anchors))
    }),
  )
}

/** `packages/schema/src/limits.ts` in text: files of the repository that are not there. */
export function checkPaths(pages: readonly Page[]): Problem[] {
  return pages.flatMap(({ file, inlineCode }) =>
    inlineCode
      .filter(({ text }) =>
        /^(apps|packages|sdks|deploy|docs|bench|test|scripts|examples)\/[\w./-]+$/.test(text),
      )
      .filter(({ text }) => !existsSync(join(root, text)) && !existsSync(join(root, dirname(file), text)))
      .map(({ line, text }) => ({ file, line, what: `there is no ${text}` })),
  )
}

/** `/start/partner` is a page of the site: docs/start/partner.md. */
function resolveTarget(file: string, path: string): string {
  if (path.startsWith('/')) return `docs${path.replace(/\/$/, '/index')}.md`
  const target = normalize(join(dirname(file), path))
  const index = join(target, 'index.md')
  const isFolder = existsSync(join(root, target)) && statSync(join(root, target)).isDirectory()
  return isFolder && existsSync(join(root, index)) ? index : target
}

/** Those that a repository's page and the site agree upon. */
function listAnchors({ headings }: Page): Set<string> {
  const anchors = new Set<string>()
  const seen = new Map<string, number>()
  for (const { text } of headings) {
    const plain = text.replaceAll('`', '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    if (slugOfRepository(plain) !== slugOfSite(plain)) continue
    const slug = slugOfSite(plain)
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    anchors.add(times === 0 ? slug : `${slug}-${times}`)
  }
  return anchors
}

function slugOfRepository(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-')
}

/** As VitePress makes them. */
function slugOfSite(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[\s~`!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^-+|-+$/g, '')
    .replace(/^(\d)/, '_$1')
    .toLowerCase()
}
