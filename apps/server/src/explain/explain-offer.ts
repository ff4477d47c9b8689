import { type AppOffer, countryName } from '@pillion/schema'
import { passed, type Step } from './explanation.ts'

/**
 * Where an app is offered (W 11.2); undefined if that is everywhere. It is no answer: only the head unit knows in which country it
 * is, of which brand and wave. So the server brings messages to every vehicle that is subscribed, or keeps them for it, and the
 * head unit drops what is for an app that it has no tile for.
 */
export function explainOffer({ countries = [], brands = [], devices = [] }: AppOffer): Step | undefined {
  const bounds = [
    ...(countries.length === 0 ? [] : [`in ${countries.map((code) => countryName(code)).join(', ')}`]),
    ...(brands.length === 0 ? [] : [`to ${brands.join(', ')}`]),
    ...(devices.length === 0 ? [] : [`on head units ${devices.join(', ')}`]),
  ]
  if (bounds.length === 0) return undefined
  return passed(
    `The app is offered ${bounds.join(', ')} only. Whether the vehicle is such a one is known to its head unit alone: any other gets the message, has no tile for the app, and drops it (app_not_offered, W 11.2).`,
  )
}
