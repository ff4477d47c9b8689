import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { checkScript } from './check-script.ts'
import { checkStyle } from './check-style.ts'
import type { Finding } from './finding.ts'
import { checkReference, leadsElsewhere, type Place, type Site } from './references.ts'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

type At = Omit<Place, 'line'>

/** What the browser loads by itself. */
const loading: Readonly<Record<string, readonly string[]>> = {
  script: ['src', 'href'],
  link: ['href'],
  img: ['src', 'srcset'],
  audio: ['src'],
  video: ['src', 'poster'],
  source: ['src', 'srcset'],
  track: ['src'],
  embed: ['src'],
  object: ['data'],
  iframe: ['src'],
  input: ['src'],
  image: ['href'],
  feImage: ['href'],
  use: ['href'],
  body: ['background'],
  table: ['background'],
  tr: ['background'],
  td: ['background'],
  th: ['background'],
}
/** Where a person, or the page, would go. */
const leading: Readonly<Record<string, string>> = {
  a: 'href',
  area: 'href',
  base: 'href',
  button: 'formaction',
  form: 'action',
  input: 'formaction',
}

const classicScript = /^\s*(?:(?:text|application)\/(?:x-)?(?:java|ecma)script\s*)?$/i

/** A page with its inline scripts and styles. */
export function checkPage(site: Site, html: string, at: At): Finding[] {
  const elements = listElements(parse(html, { sourceCodeLocationInfo: true }))
  const [base] = elements.filter(({ tagName }) => tagName === 'base').map((each) => attributeOf(each, 'href'))
  return elements.flatMap((element) => checkElement(site, element, { ...at, base }))
}

/** In their order. Without recursion: how deep a page nests is its own affair. */
function listElements(page: Node): Element[] {
  const elements: Element[] = []
  const nodes = [page]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if ('tagName' in node) elements.push(node)
    if ('childNodes' in node) for (const child of node.childNodes.toReversed()) nodes.push(child)
    if ('content' in node) nodes.push(node.content)
  }
  return elements
}

function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value
}

function checkElement(site: Site, element: Element, at: At): Finding[] {
  return [...checkAttributes(site, element, at), ...checkContent(site, element, at)]
}

function checkAttributes(site: Site, element: Element, at: At): Finding[] {
  return element.attrs.flatMap(({ name, prefix, value }): Finding[] => {
    const location = element.sourceCodeLocation
    const written = prefix ? `${prefix}:${name}` : name
    const place = { ...at, line: location?.attrs?.[written]?.startLine ?? location?.startLine ?? 1 }
    if (name === 'style') return checkStyle(site, value, place)
    if (/^on[a-z]+$/.test(name)) return checkScript(value, place, { isHandler: true })
    if (loading[element.tagName]?.includes(name) && !isMereLink(element))
      return listUrls(name, value).flatMap((url) => checkReference(site, url, place))
    if (leading[element.tagName] === name) return checkLink(site, value, place)
    return []
  })
}

/** Several, with their conditions, in `srcset`. */
function listUrls(name: string, value: string): string[] {
  if (name !== 'srcset') return [value]
  return [...value.matchAll(/(?:^|,)\s*([^\s,]\S*?)(?=,?(?:\s|$))/g)].map(([, url = '']) => url)
}

/** Most links lead somewhere and load nothing. */
function isMereLink(element: Element): boolean {
  return element.tagName === 'link' && !/stylesheet|icon|preload/i.test(attributeOf(element, 'rel') ?? '')
}

function checkContent(site: Site, element: Element, at: At): Finding[] {
  const [text] = element.childNodes
  const type = attributeOf(element, 'type') ?? ''
  if (element.tagName === 'script' && type.trim().toLowerCase() === 'module') {
    const line = element.sourceCodeLocation?.startLine ?? 1
    return [{ severity: 'error', file: at.file, line, rule: 'es5', message: 'Newer than ES5: modules.' }]
  }
  if (text === undefined || !('value' in text)) return []
  const place = { ...at, line: text.sourceCodeLocation?.startLine ?? 1 }
  if (element.tagName === 'style') return checkStyle(site, text.value, place)
  const isInline = element.tagName === 'script' && attributeOf(element, 'src') === undefined
  return isInline && classicScript.test(type) ? checkScript(text.value, place) : []
}

function checkLink(site: Site, url: string, at: Place): Finding[] {
  const [, script] = /^\s*javascript:([\s\S]*)/i.exec(url) ?? []
  if (script !== undefined) return checkScript(script, at, { isHandler: true })
  if (!leadsElsewhere(site, url, at)) return []
  const message = `Leads to ${url.trim()}, which cannot be opened in a vehicle.`
  return [{ severity: 'warning', file: at.file, line: at.line, rule: 'address', message }]
}
