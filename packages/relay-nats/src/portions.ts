/** Characters of the texts in one word between nodes: far below what NATS takes, even with each of them escaped. */
const PORTION_CHARACTERS = 65_536
/** Of an entry beside its text. */
const ENTRY_CHARACTERS = 24

/** The entries in groups that fit into one word each; at least one entry per group. */
export function* cutIntoPortions<Entry>(
  entries: Iterable<Entry>,
  measure: (entry: Entry) => number,
): Generator<Entry[], void> {
  let portion: Entry[] = []
  let characters = 0
  for (const entry of entries) {
    portion.push(entry)
    characters += measure(entry) + ENTRY_CHARACTERS
    if (characters < PORTION_CHARACTERS) continue
    yield portion
    portion = []
    characters = 0
  }
  if (portion.length > 0) yield portion
}
