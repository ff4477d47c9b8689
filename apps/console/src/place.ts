import { computed, signal } from '@preact/signals'

/** Where one is: `#/connections/n1-7?search=demo` is path `connections`, rest `['n1-7']`, query `search=demo`. */
export interface Place {
  readonly path: string
  readonly rest: readonly string[]
  readonly query: URLSearchParams
}

type Query = Record<string, string | undefined>

const hash = signal(location.hash)
addEventListener('hashchange', () => {
  hash.value = location.hash
})

export const place = computed(() => parsePlace(hash.value))

/** For `href`, relative to the page. What is undefined or empty in the query is left out. */
export function placeHref(path: string, rest: readonly string[] = [], query: Query = {}): string {
  const parts = [path, ...rest].map(encodeURIComponent).join('/')
  const entries = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1])
  const text = new URLSearchParams(entries).toString()
  return `#/${parts}${text === '' ? '' : `?${text}`}`
}

export function go(href: string): void {
  location.hash = href
}

/** Without a new step in the browser's history, for what changes with each letter that is typed. */
export function replacePlace(href: string): void {
  history.replaceState(history.state, '', href)
  hash.value = href
}

/** Sets or, with undefined or '', takes away entries of the query; the rest of the place stays. */
export function setQuery(changes: Query): void {
  const { path, rest, query } = place.peek()
  replacePlace(placeHref(path, rest, { ...Object.fromEntries(query), ...changes }))
}

export function parsePlace(text: string): Place {
  const [path = '', query = ''] = text.replace(/^#?\/?/, '').split('?', 2)
  const [first = '', ...rest] = path.split('/').map(decode)
  return { path: first, rest, query: new URLSearchParams(query) }
}

/** People cut addresses anywhere. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
