import { isIPv6 } from 'node:net'

/**
 * What stands for an address where attempts are counted: an IPv4 address itself, also when it comes as `::ffff:…`; of an
 * IPv6 address its /64, because whoever has one address there has them all.
 */
export function addressKey(address: string): string {
  const [bare = ''] = address.toLowerCase().split('%', 1)
  if (!isIPv6(bare)) return bare
  const groups = expand(bare)
  const mapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff'
  return mapped ? formatIpv4(groups.slice(6)) : `${groups.slice(0, 4).join(':')}::/64`
}

/** The eight groups, without leading zeros. */
function expand(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const before = parseGroups(head)
  const after = parseGroups(tail ?? '')
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
}

function parseGroups(text: string): string[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return Number.parseInt(group, 16).toString(16)
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)]
  })
}

function formatIpv4(groups: readonly string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join('.')
}
