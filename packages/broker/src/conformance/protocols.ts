import type { ProtocolVersion } from '@pillion/packet'

/** The three versions, by the names that tests give them. */
export const protocols: readonly { readonly version: ProtocolVersion; readonly name: string }[] = [
  { version: 3, name: '3.1' },
  { version: 4, name: '3.1.1' },
  { version: 5, name: '5' },
]
