// `npm run docs:write`: writes every page that is made from the code.
import { readFileSync, writeFileSync } from 'node:fs'
import { generatedPages } from './generated.ts'
import { root } from './root.ts'

for (const [file, format] of generatedPages) {
  const text = format()
  if (text === readPresent(file)) continue
  writeFileSync(`${root}${file}`, text)
  console.log(`wrote ${file}`)
}

function readPresent(file: string): string | undefined {
  try {
    return readFileSync(`${root}${file}`, 'utf8')
  } catch {
    return undefined
  }
}
