import { editDistance } from '@pillion/schema'

/** The candidate with the fewest changed letters, unless even that one is something else. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let fewest = Math.max(2, Math.ceil(word.length / 3)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= fewest) continue
    const changes = editDistance(word, candidate)
    if (changes < fewest) [best, fewest] = [candidate, changes]
  }
  return best
}
