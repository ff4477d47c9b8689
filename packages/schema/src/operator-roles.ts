/**
 * Who may use `/admin/v1`: operators with a role, signed in with a session cookie of the console, or the admin token, which
 * may do what an `admin` may. Each role may do what the one before may, too.
 */
export const operatorRoles = ['viewer', 'operator', 'admin'] as const
export type OperatorRole = (typeof operatorRoles)[number]
