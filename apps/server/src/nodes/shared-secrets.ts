/**
 * What all nodes must have in common, kept in the store that they share. A node that was alone before brings its own; of
 * several, the first wins.
 */
export interface SharedSecrets {
  /** The text kept under the name; if there is none, what `create` makes is kept from now on. */
  getOrAdd(name: string, create: () => Promise<string>): Promise<string>
}

/** `secrets` of the store keep bytes. */
export function createSharedSecrets(secrets: {
  getOrAdd(name: string, create: () => Promise<Uint8Array>): Promise<Uint8Array>
}): SharedSecrets {
  return {
    async getOrAdd(name, create) {
      const bytes = await secrets.getOrAdd(name, async () => Buffer.from(await create()))
      return Buffer.from(bytes).toString()
    },
  }
}
