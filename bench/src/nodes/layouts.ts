/** Which nodes there are, and who connects to which of them. */
export interface Layout {
  readonly name: 'one' | 'two' | 'three' | 'copiers'
  readonly nodes: number
  /** One line for the table's readers. */
  readonly title: string
}

export const one: Layout = { name: 'one', nodes: 1, title: 'all on one node' }
export const two: Layout = { name: 'two', nodes: 2, title: 'partners on one node, vehicles on another' }
export const three: Layout = { name: 'three', nodes: 3, title: 'both spread over three, no pair on one node' }

/** What NATS, its client and the kernel take: no two nodes on one Node can be faster. */
export const copiers: Layout = {
  name: 'copiers',
  nodes: 2,
  title: 'as two, but instead of nodes two processes that copy bytes without looking',
}

/** Lists of ports, which partners and vehicles take in turn. With several nodes, no vehicle shares one with its partner. */
export function placeClients(
  { name }: Layout,
  ports: readonly number[],
): { readonly partnerPorts: readonly number[]; readonly vehiclePorts: readonly number[] } {
  if (name === 'two' || name === 'copiers')
    return { partnerPorts: ports.slice(0, 1), vehiclePorts: ports.slice(1) }
  return { partnerPorts: ports, vehiclePorts: [...ports.slice(1), ...ports.slice(0, 1)] }
}
