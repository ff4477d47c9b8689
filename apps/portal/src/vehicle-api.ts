import type { VehicleView } from '@pillion/schema'
import type { Credentials } from './credentials.ts'

/**
 * What came of asking for the vehicle. `refused`: these credentials will not do. `away`: try again later;
 * `text` is a sentence for a person, `waitSeconds` what the server asked for.
 */
export type VehicleAnswer =
  | { readonly kind: 'vehicle'; readonly vehicle: VehicleView }
  | { readonly kind: 'refused' }
  | { readonly kind: 'away'; readonly text: string; readonly waitSeconds?: number }

const answerMillisecondsMax = 10_000

/** GET /portal/api/vehicle. Never throws. */
export async function fetchVehicle(credentials: Credentials): Promise<VehicleAnswer> {
  try {
    const response = await fetch('/portal/api/vehicle', {
      headers: { authorization: encodeBasic(credentials), accept: 'application/json' },
      cache: 'no-store',
      // Or the browser would answer a 401 with a sign-in window of its own.
      credentials: 'omit',
      signal: AbortSignal.timeout(answerMillisecondsMax),
    })
    return await readAnswer(response)
  } catch {
    return { kind: 'away', text: 'The server cannot be reached.' }
  }
}

async function readAnswer(response: Response): Promise<VehicleAnswer> {
  if (response.status === 401 || response.status === 403) return { kind: 'refused' }
  if (response.status === 429) {
    const waitSeconds = Number(response.headers.get('retry-after')) || 30
    return { kind: 'away', text: 'Too many sign-ins; the server asks for a pause.', waitSeconds }
  }
  if (!response.ok) return { kind: 'away', text: `The server answered with status ${response.status}.` }
  const vehicle: VehicleView = await response.json()
  if (!Array.isArray(vehicle.apps)) return { kind: 'away', text: 'The server’s answer is not a vehicle.' }
  return { kind: 'vehicle', vehicle }
}

function encodeBasic({ vin, password }: Credentials): string {
  const bytes = new TextEncoder().encode(`${vin}:${password}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}
