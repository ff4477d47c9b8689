const PAGE_DEFAULT = 50
const PAGE_MAX = 200

/** How many somebody wants to see at a time; the shape of the query has left only digits. */
export function readCount({ count }: { count?: string }): number {
  return Math.min(count === undefined ? PAGE_DEFAULT : Number(count), PAGE_MAX)
}
