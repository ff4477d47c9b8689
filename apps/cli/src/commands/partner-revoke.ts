import type { Command } from 'commander'
import { addRevoke } from '../revoke-credentials.ts'

export function addPartnerRevoke(parent: Command): void {
  addRevoke(parent, { noun: 'partner', argument: '<uid>', folder: 'partners', example: 'acme' })
}
