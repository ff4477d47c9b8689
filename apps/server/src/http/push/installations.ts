import { type InstallationRecord, type NewInstallation, parseSubject, type Subject } from '@pillion/push'
import {
  MadePushInstallation,
  NewPushInstallation,
  PushEndpoint,
  PushInstallation,
  PushInstallationList,
} from '@pillion/schema'
import { AnswerForm, noContent } from './answer.ts'
import { badField } from './bodies.ts'
import type { Call } from './call.ts'
import { type Api, addRoute, getOrHead, takesJson } from './route.ts'

const tag = 'installations'
const made = new AnswerForm<MadePushInstallation>(201, 'InstallationCreationResponse', MadePushInstallation)
const found = new AnswerForm<PushInstallation>(200, 'InstallationRetrievalResponse', PushInstallation)
const listed = new AnswerForm<PushInstallationList>(
  200,
  'InstallationsRetrievalResponse',
  PushInstallationList,
)
const endpointFound = new AnswerForm<PushEndpoint>(200, 'MQTTEndpointResponse', PushEndpoint)
const path = '/installations/:installation'

/** P 6. `:installation` is an installationID, or a type and its registration id with a colon between. */
export function addInstallationRoutes(api: Api): void {
  addCollection(api)
  addEndpoint(api)
  const { installations } = api.parts.push

  addRoute(
    api,
    { method: getOrHead, path, tag, summary: 'An installation (P 6.2)', gives: [found] },
    async (call) => found.with(toView(await installations.read(call.caller, call.param('installation')))),
  )
  addRoute(
    api,
    { method: 'DELETE', path, tag, summary: 'Uninstall; a live connection is closed (P 6.2)', gives: [204] },
    async (call) => {
      await installations.remove(call.caller, call.param('installation'))
      return noContent
    },
  )
}

function addCollection(api: Api): void {
  const { installations } = api.parts.push
  addRoute(
    api,
    {
      method: 'POST',
      path: '/installations',
      tag,
      summary: 'Install; of MQTT there is one for each user or thing (P 6.1)',
      takes: takesJson(NewPushInstallation, 'InstallationCreationRequest'),
      gives: [made],
    },
    async (call) => {
      const read = call.body<NewPushInstallation>(NewPushInstallation)
      const record = await installations.create(call.caller, () => toInput(read()))
      const { installationID, registrationID } = record
      return made.with(
        { installationID, installationRegistrationID: registrationID },
        call.location('installations', installationID),
      )
    },
  )
  addRoute(
    api,
    {
      method: getOrHead,
      path: '/installations',
      tag,
      summary: 'One’s own installations, or somebody’s (P 6.2)',
      query: { userID: 'Whose; the admin needs it or thingID', thingID: 'Whose' },
      gives: [listed],
      needsToken: true,
    },
    async (call) => {
      const subject = readSubject(call)
      const records = await installations.list(call.caller, subject === undefined ? {} : { subject })
      return listed.with({ installations: records.map(toView) })
    },
  )
}

function addEndpoint(api: Api): void {
  const { push, endpointAddress } = api.parts
  addRoute(
    api,
    {
      method: getOrHead,
      path: `${path}/mqtt-endpoint`,
      tag,
      summary: 'Where and how to connect; 503 while it is being prepared (P 6.3)',
      gives: [endpointFound],
    },
    async (call) => {
      const { ttlSeconds, ...credentials } = await push.installations.endpoint(
        call.caller,
        call.param('installation'),
      )
      return endpointFound.with(
        { ...credentials, ...endpointAddress.of(call.request), 'X-MQTT-TTL': ttlSeconds },
        { 'x-mqtt-ttl': `${ttlSeconds}` },
      )
    },
  )
}

function toInput({
  deviceType,
  installationType,
  development,
  ...rest
}: NewPushInstallation): NewInstallation {
  const type = deviceType ?? installationType
  if (type === undefined) throw badField('deviceType', 'is missing')
  const { installationRegistrationID, userID, thingID } = rest
  return {
    deviceType: type,
    // Some device clients send it as text.
    development: development === true || development === 'true',
    installationRegistrationID,
    userID,
    thingID,
  }
}

function readSubject(call: Call): Subject | undefined {
  const userID = call.query('userID')
  const thingID = call.query('thingID')
  if (userID !== undefined && thingID !== undefined) throw badField('thingID', 'cannot stand beside userID')
  if (userID !== undefined) return `user:${userID}`
  return thingID === undefined ? undefined : `thing:${thingID}`
}

export function toView(record: InstallationRecord): PushInstallation {
  const { installationID, registrationID, deviceType, isDevelopment } = record
  const { kind, id } = parseSubject(record.subject)
  const installation = { installationID, installationRegistrationID: registrationID, deviceType }
  const owner = kind === 'user' ? { userID: id } : { thingID: id }
  return { ...installation, development: isDevelopment, ...owner }
}
