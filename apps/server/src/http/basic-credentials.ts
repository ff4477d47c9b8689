/** What `Authorization: Basic` brings (RFC 7617); undefined if the header is none of that kind. */
export function readBasic(authorization = ''): { name: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const [, name, password] = /^([^:]*):(.*)$/s.exec(text) ?? []
  return name === undefined || password === undefined ? undefined : { name, password }
}
