import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { checkScript } from './check-script.ts'
import { checkStyle } from './check-style.ts'
import type { Finding } from './finding.ts'
import { checkReference, type Site } from './references.ts'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

interface At {
  readonly path: string
  readonly file: string
}

/** What the browser loads by itself. */
const loading: Readonly<Record<string, readonly string[]>> = {
  script: ['src'],
  link: ['href'],
  img: ['src'],
  audio: ['src'],
  video: ['src', 'poster'],
  source: ['src'],
  track: ['src'],
  embed: ['src'],
  object: ['data'],
  iframe: ['src'],
  input: ['src'],
  body: ['background'],
}
/** Where a person, or the page, would go. */
const leading: Readonly<Record<string, string>> = { a: 'href', area: 'href', form: 'action', base: 'href' }

const classicScript = /^\s*(?:(?:text|application)\/(?:x-)?(?:java|ecma)script\s*)?$/i

/** A page with its inline scripts and styles. `at.path` is its path below `/apps/<idApp>/`. */
export function checkPage(site: Site, html: string, at: At): Finding[] {
  const findings: Finding[] = []
  const visit = (node: Node) => {
    if ('tagName' in node) findings.push(...checkElement(site, node, at))
    if ('content' in node) visit(node.content)
    if ('childNodes' in node) node.childNodes.forEach(visit)
  }
  visit(parse(html, { sourceCodeLocationInfo: true }))
  return findings
}

function checkElement(site: Site, element: Element, at: At): Finding[] {
  return [...checkAttributes(site, element, at), ...checkContent(site, element, at)]
}

function checkAttributes(site: Site, element: Element, at: At): Finding[] {
  return element.attrs.flatMap(({ name, value }): Finding[] => {
    const location = element.sourceCodeLocation
    const place = { ...at, line: location?.attrs?.[name]?.startLine ?? location?.startLine ?? 1 }
    if (name === 'style') return checkStyle(site, value, place)
    if (/^on[a-z]+$/.test(name)) return checkScript(value, place, { isHandler: true })
    if (loading[element.tagName]?.includes(name) && !isMereLink(element))
      return checkReference(site, value, place)
    if (leading[element.tagName] === name) return checkLink(value, place)
    return []
  })
}

/** Most links lead somewhere and load nothing. */
function isMereLink({ tagName, attrs }: Element): boolean {
  const rel = attrs.find(({ name }) => name === 'rel')?.value ?? ''
  return tagName === 'link' && !/stylesheet|icon|preload/i.test(rel)
}

function checkContent(site: Site, element: Element, at: At): Finding[] {
  const [text] = element.childNodes
  const type = element.attrs.find(({ name }) => name === 'type')?.value ?? ''
  if (element.tagName === 'script' && type.trim().toLowerCase() === 'module') {
    const line = element.sourceCodeLocation?.startLine ?? 1
    return [{ severity: 'error', file: at.file, line, rule: 'es5', message: 'Newer than ES5: modules.' }]
  }
  if (text === undefined || !('value' in text)) return []
  const place = { ...at, line: text.sourceCodeLocation?.startLine ?? 1 }
  if (element.tagName === 'style') return checkStyle(site, text.value, place)
  const isInline = element.tagName === 'script' && !element.attrs.some(({ name }) => name === 'src')
  return isInline && classicScript.test(type) ? checkScript(text.value, place) : []
}

function checkLink(url: string, { file, line }: { file: string; line: number }): Finding[] {
  if (!/^\s*(?:https?:)?\/\//i.test(url)) return []
  const message = `Leads to ${url.trim()}, which cannot be opened in a vehicle.`
  return [{ severity: 'warning', file, line, rule: 'address', message }]
}
