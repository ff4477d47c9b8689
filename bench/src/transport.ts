/** What MQTT travels over. */
export const transports = ['tcp', 'tls', 'ws'] as const
export type Transport = (typeof transports)[number]

export function isTransport(name: string): name is Transport {
  return (transports as readonly string[]).includes(name)
}
