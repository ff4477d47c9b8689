import { existsSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MarkdownRenderer } from 'vitepress'

const docs = fileURLToPath(new URL('..', import.meta.url))
const repository = dirname(docs.replace(/\/$/, ''))

/** A link to a file beside this folder works in the repository, not on the site: there it becomes the name of the file. */
export function spellOutOtherFiles(markdown: MarkdownRenderer): void {
  markdown.core.ruler.after('inline', 'spell-out-other-files', (state) => {
    const page = resolve(docs, (state.env as { relativePath: string }).relativePath)
    for (const { children } of state.tokens) {
      if (children === null) continue
      let isOutside = false
      for (const token of children) {
        if (token.type === 'link_open') {
          const file = fileOf(token.attrGet('href') ?? '', page)
          isOutside = file !== undefined
          if (file !== undefined) {
            token.tag = 'span'
            token.attrs = [['title', `In the repository: ${file}`]]
          }
        } else if (token.type === 'link_close' && isOutside) {
          token.tag = 'span'
          isOutside = false
        }
      }
    }
  })
}

function fileOf(href: string, page: string): string | undefined {
  if (/^[a-z]+:|^[#/]/i.test(href)) return undefined
  const file = resolve(dirname(page), decodeURI(href).replace(/[#?].*$/, ''))
  const isPage = file.startsWith(docs) && (file.endsWith('.md') || !existsSync(file))
  return isPage ? undefined : relative(repository, file)
}
