/**
 * Does every topic name that `filter` matches also match `granted`? Both must be valid topic filters; the rules are those
 * of MQTT 5 section 4.7, where `a/#` matches `a` too, and neither `#` nor `+` in front matches what begins with `$`.
 */
export function coversFilter(granted: string, filter: string): boolean {
  if (filter.startsWith('$') && /^[#+]/.test(granted)) return false
  const grantedLevels = granted.split('/')
  // Each topic name has at least one level, so that these two are the same.
  const levels = filter === '#' ? ['+', '#'] : filter.split('/')
  for (const [index, level] of grantedLevels.entries()) {
    if (level === '#') return true
    const asked = levels[index]
    if (asked === undefined || asked === '#') return false
    if (level !== '+' && level !== asked) return false
  }
  return levels.length === grantedLevels.length
}
