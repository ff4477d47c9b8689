import type { Explanation, RefusalView } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { AllRefusals } from '../explain/all-refusals.ts'
import { type DeliveryParts, type DeliveryQuestion, explainDelivery } from '../explain/explain-delivery.ts'
import { explainPublish, type PublishRole } from '../explain/explain-publish.ts'
import { explainPush, type PushQuestionParts } from '../explain/explain-push.ts'
import { parseTime, timeForms } from './ledger/read-query.ts'
import { ApiError } from './problems.ts'

export interface ExplainParts extends DeliveryParts, PushQuestionParts {
  readonly refusals: AllRefusals
}

/** A payload in an address is for trying one out, not for measuring how large one may be. */
const PAYLOAD_CHARACTERS_MAX = 8_192

const text = { type: 'string', minLength: 1, maxLength: 1_024 }
const delivery = {
  idApp: text,
  vin: text,
  popup: { type: 'string', enum: ['', 'true', 'false'] },
  bytes: { type: 'string', pattern: '^\\d{0,9}$' },
  payload: { type: 'string', maxLength: PAYLOAD_CHARACTERS_MAX },
}

interface AskedDelivery {
  uid?: string
  idApp: string
  vin: string
  popup?: string
  bytes?: string
  payload?: string
}

/** Why something would not arrive, asked of the rules in force, and who was turned away; registered under `/admin/v1`. */
export function addExplainRoutes(surface: FastifyInstance, parts: ExplainParts): void {
  surface.get<{ Querystring: { as: string; topic: string } }>(
    '/explain/publish',
    { schema: { querystring: queryOf({ as: text, topic: text }, ['as', 'topic']) } },
    ({ query }): Promise<Explanation> =>
      explainPublish(parts, { ...parseRole(query.as), topic: query.topic }),
  )

  surface.get<{ Querystring: AskedDelivery }>(
    '/explain/delivery',
    { schema: { querystring: queryOf({ uid: text, ...delivery }, ['idApp', 'vin']) } },
    ({ query }): Promise<Explanation> => explainDelivery(parts, toQuestion(query.uid, query)),
  )

  surface.get<{ Querystring: { appID: string; to: string } }>(
    '/explain/push',
    { schema: { querystring: queryOf({ appID: text, to: text }, ['appID', 'to']) } },
    ({ query }): Promise<Explanation> => explainPush(parts, query),
  )

  const short = { type: 'string', maxLength: 256 }
  surface.get<{ Querystring: { search?: string; since?: string; until?: string } }>(
    '/refusals',
    { schema: { querystring: queryOf({ search: short, since: short, until: short }, []) } },
    async ({ query }, reply): Promise<RefusalView[]> => {
      const { refusals, silent } = await parts.refusals.list({
        search: query.search ?? '',
        ...readTime('since', query.since),
        ...readTime('until', query.until),
      })
      // The body is a bare list, which has no room for it.
      if (silent.length > 0) reply.header('x-pillion-silent-nodes', silent.join(', '))
      return refusals
    },
  )
}

/** The same for a partner, of itself; registered under `/partner/v1`, where `request.partner` is who asks. */
export function addOwnExplainRoutes(surface: FastifyInstance, parts: DeliveryParts): void {
  surface.get<{ Querystring: { topic: string } }>(
    '/explain/publish',
    { schema: { querystring: queryOf({ topic: text }, ['topic']) } },
    ({ query, partner }): Promise<Explanation> =>
      explainPublish(parts, { role: 'partner', name: partner.uid, topic: query.topic, isOwn: true }),
  )

  surface.get<{ Querystring: AskedDelivery }>(
    '/explain/delivery',
    { schema: { querystring: queryOf(delivery, ['idApp', 'vin']) } },
    ({ query, partner }): Promise<Explanation> =>
      explainDelivery(parts, { ...toQuestion(partner.uid, query), isOwn: true }),
  )
}

function queryOf(properties: object, required: readonly string[]) {
  return { type: 'object', properties, required, additionalProperties: false }
}

function parseRole(as: string): { role: PublishRole; name: string } {
  const [, role, name] = /^(partner|vehicle|account|installation):(.+)$/s.exec(as) ?? []
  if (name === undefined)
    throw new ApiError(
      'REQUEST_MALFORMED',
      'as: write partner:UID, vehicle:VIN, account:NAME or installation:ID.',
    )
  return { role: role as PublishRole, name }
}

function toQuestion(
  uid: string | undefined,
  { idApp, vin, popup, bytes, payload }: AskedDelivery,
): DeliveryQuestion {
  return {
    ...(uid === undefined ? {} : { uid }),
    idApp,
    vin,
    isPopup: popup === 'true',
    ...(bytes === undefined || bytes === '' ? {} : { bytes: Number(bytes) }),
    ...(payload === undefined || payload === '' ? {} : { payload }),
  }
}

function readTime(field: 'since' | 'until', value = ''): { since?: number; until?: number } {
  if (value === '') return {}
  const time = parseTime(value, Date.now())
  if (time === undefined) throw new ApiError('REQUEST_MALFORMED', `${field}: ${timeForms}`)
  return { [field]: time }
}
