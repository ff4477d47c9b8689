/** Times are milliseconds since 1970. */
export interface OperatorDatabase {
  operator: OperatorTable
  operator_session: OperatorSessionTable
  operator_link: OperatorLinkTable
  audit_entry: AuditEntryTable
}

export interface OperatorTable {
  name: string
  role: string
  /** scrypt */
  password_hash: string
  /** 0 or 1 */
  is_disabled: number
  created_at: number
  last_sign_in_at: number | null
}

export interface OperatorSessionTable {
  /** SHA-256 */
  hash: Uint8Array
  operator: string
  created_at: number
  used_at: number
  expires_at: number
}

export interface OperatorLinkTable {
  /** SHA-256 */
  hash: Uint8Array
  created_at: number
  expires_at: number
}

export interface AuditEntryTable {
  number: number
  at: number
  node: string
  actor: string
  address: string | null
  action: string
  target: string | null
  /** JSON */
  details: string
  /** SHA-256, hex */
  previous_hash: string
  hash: string
}
