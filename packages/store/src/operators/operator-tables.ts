/** Times are milliseconds since 1970. */
export interface OperatorDatabase {
  operator: OperatorTable
  operator_session: OperatorSessionTable
  operator_link: OperatorLinkTable
  operator_recovery_code: OperatorRecoveryCodeTable
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
  /** Encrypted. */
  factor_secret: Uint8Array | null
  /** Null: off; with a secret, it waits to be confirmed. */
  factor_since: number | null
  /** Number of the newest 30 seconds whose code was used. */
  factor_step: number | null
}

export interface OperatorSessionTable {
  /** SHA-256 */
  hash: Uint8Array
  operator: string
  created_at: number
  used_at: number
  expires_at: number
  /** Where it was begun. */
  address: string | null
}

export interface OperatorLinkTable {
  /** SHA-256 */
  hash: Uint8Array
  created_at: number
  expires_at: number
}

export interface OperatorRecoveryCodeTable {
  operator: string
  /** SHA-256 */
  hash: Uint8Array
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
