import type { AdminClient } from './client.ts'

const PAGE_MAX = 200

/** Follows the pages of a list until there are `count` items, or no more. */
export async function gatherPages<Page extends { next?: string }, Item>(
  client: AdminClient,
  path: string,
  {
    count,
    query,
    itemsOf,
  }: {
    count: number
    query: Readonly<Record<string, string | undefined>>
    itemsOf: (page: Page) => readonly Item[]
  },
): Promise<{ items: Item[]; last: Page }> {
  const items: Item[] = []
  for (let cursor: string | undefined; ; ) {
    const wanted = String(Math.min(count - items.length, PAGE_MAX))
    const given = Object.entries({ ...query, cursor, count: wanted }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    )
    const last = await client.get<Page>(`${path}?${new URLSearchParams(given)}`)
    items.push(...itemsOf(last))
    cursor = last.next
    if (cursor === undefined || items.length >= count) return { items, last }
  }
}
