import type { AppBrand } from '@pillion/schema'

export const brandNames: Record<AppBrand, string> = {
  AP: 'Peugeot',
  AC: 'Citroën',
  DS: 'DS',
  OP: 'Opel',
  VX: 'Vauxhall',
}
