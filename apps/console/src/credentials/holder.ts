/** Who credentials belong to. */
export interface Holder {
  readonly kind: 'partner' | 'vehicle'
  /** UID or VIN. */
  readonly name: string
}
