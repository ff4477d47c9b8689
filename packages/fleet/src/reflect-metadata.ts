/**
 * @peculiar/x509 registers its algorithms in a container that refuses to load without `Reflect.getMetadata`,
 * and then only ever asks about classes that carry no metadata. So "nothing known" is a complete answer, and the
 * real polyfill would be a dependency for that. Import this before @peculiar/x509.
 */
const reflect = Reflect as unknown as Record<string, () => undefined>
reflect.getMetadata ??= () => undefined
reflect.getOwnMetadata ??= () => undefined
