import { type Static, Type } from 'typebox'

/**
 * Shapes of the partners' REST under `/applications/portail-ovip/v2` (W 12), on the https listener. Every call has the
 * partner's UID as `client_id` and comes with a client certificate issued to that partner. A service is an app: its `code`
 * is the idApp.
 *
 * | Request | Body → answer |
 * | --- | --- |
 * | GET    …/eligibility?vin=VIN | → `VehicleEligibility` |
 * | GET    …/subscriptions?service=CODE | → `NamedService`; 204 if nobody is subscribed, or it is no service of the partner |
 * | POST   …/subscriptions | `Services` → 200 `Services`, the VINs that are subscribed now; 202 `[]` if none is a service |
 * | DELETE …/subscriptions | `Services` → 200 `Services`, the VINs that are not subscribed any more |
 *
 * Errors are `EligibilityError`: 400 for what is malformed, 401 for who is not a partner.
 */

export const VehicleEligibility = Type.Object({ vin: Type.String(), eligible: Type.Boolean() })
export type VehicleEligibility = Static<typeof VehicleEligibility>

export const Service = Type.Object({
  code: Type.String(),
  subscribers: Type.Array(Type.String(), { description: 'VINs' }),
})
export type Service = Static<typeof Service>

export const Services = Type.Array(Service)
export type Services = Static<typeof Services>

export const NamedService = Type.Object({ ...Service.properties, name: Type.String() })
export type NamedService = Static<typeof NamedService>

export const EligibilityError = Type.Object({
  code: Type.Integer({ description: 'the HTTP status' }),
  message: Type.String(),
})
export type EligibilityError = Static<typeof EligibilityError>
