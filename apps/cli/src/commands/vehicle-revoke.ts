import type { Command } from 'commander'
import { addRevoke } from '../revoke-credentials.ts'

export function addVehicleRevoke(parent: Command): void {
  addRevoke(parent, {
    noun: 'vehicle',
    argument: '<vin>',
    folder: 'vehicles',
    example: 'VF3CAR00000000001',
  })
}
