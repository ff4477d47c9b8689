/**
 * Is everything there that package-lock.json names? npm writes what it has installed into node_modules/.package-lock.json; that
 * leaves out only what is for other machines.
 * @param {object} wanted package-lock.json, parsed
 * @param {object} installed node_modules/.package-lock.json, parsed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted.packages).every(([path, { version, integrity, optional }]) => {
    if (!path.includes('node_modules/')) return true
    const there = installed.packages[path]
    if (there === undefined) return optional === true
    return there.version === version && there.integrity === integrity
  })
}
