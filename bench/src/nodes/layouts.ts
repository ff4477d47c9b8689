/** Which nodes there are, and who connects to which of them. */
export interface Layout {
  readonly name: 'one' | 'two' | 'three'
  readonly nodes: number
  /** One line for the table's readers. */
  readonly title: string
}

export const one: Layout = { name: 'one', nodes: 1, title: 'all on one node' }
export const two: Layout = { name: 'two', nodes: 2, title: 'partners on one node, vehicles on another' }
export const three: Layout = { name: 'three', nodes: 3, title: 'both spread over three, no pair on one node' }

/** Lists of ports, which partners and vehicles take in turn. With several nodes, no vehicle shares one with its partner. */
export function placeClients(
  { name }: Layout,
  ports: readonly number[],
): { readonly partnerPorts: readonly number[]; readonly vehiclePorts: readonly number[] } {
  if (name === 'two') return { partnerPorts: ports.slice(0, 1), vehiclePorts: ports.slice(1) }
  return { partnerPorts: ports, vehiclePorts: [...ports.slice(1), ...ports.slice(0, 1)] }
}
