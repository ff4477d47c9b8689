/** What changes nothing (RFC 9110, 9.2.1), as far as a surface of ours has it. */
export const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
