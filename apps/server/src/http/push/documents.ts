import fastifyHelmet from '@fastify/helmet'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { PushErrorBody } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Takes } from './route.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    takes?: Takes | undefined
    takesQuery?: Readonly<Record<string, string>> | undefined
    isMadeOnce?: boolean | undefined
  }
}

/** Nothing from elsewhere; the page brings its own scripts, and writes styles into itself. */
const policy = {
  useDefaults: false,
  directives: {
    'default-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  },
}

/** Where to begin, for whoever opens `/docs/rest/push` knowing nothing. */
const description = [
  'Users and things install themselves, subscribe, and get small JSON messages over MQTT.',
  '',
  'To try it here: press *Authorize* and give the app’s id and key (`npx pillion push-app list` shows them; those of the demo ' +
    'are `pilliondemo` and `pilliondemokey`); register under *users*; ask for a token under *tokens*; *Authorize* again with ' +
    'that token. Then `me` stands for your own user id.',
  '',
  'HEAD is answered like GET, without a body. Topics, buckets, objects and subscriptions are there four times: of the app, of ' +
    'a user, of a group and of a thing. `POST` with `X-HTTP-Method-Override: PATCH` is a PATCH.',
].join('\n')

const tags = [
  {
    name: 'tokens',
    description: 'Signing in: users and things with a password, the app’s admin with id and secret',
  },
  { name: 'users', description: 'People' },
  { name: 'things', description: 'Devices, and who owns them' },
  { name: 'groups', description: 'Users who share topics, buckets and things' },
  { name: 'installations', description: 'Being reached over MQTT: install, get the endpoint, uninstall' },
  { name: 'messages', description: 'Sending, through a topic or to one user or thing' },
  { name: 'topics', description: 'What messages are sent through' },
  { name: 'buckets', description: 'Where objects are; a change is an event for whoever is subscribed' },
  { name: 'objects', description: 'JSON objects in a bucket' },
  { name: 'subscriptions', description: 'Who gets what: to a topic or a bucket' },
  { name: 'access control lists', description: 'Who may do what with a topic, bucket or object' },
] as const

/** Makes the routes that are added from here on appear in the documentation. */
export async function collectRoutes(surface: FastifyInstance, version: string): Promise<void> {
  await surface.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Pillion push',
        version,
        description,
      },
      tags: [...tags],
      components: {
        responses: {
          error: {
            description: 'What is wrong, by errorCode',
            content: { 'application/vnd.kii.{Name}Exception+json': { schema: PushErrorBody } },
          },
        },
        securitySchemes: {
          appID: { type: 'apiKey', in: 'header', name: 'X-Kii-AppID' },
          appKey: { type: 'apiKey', in: 'header', name: 'X-Kii-AppKey' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ appID: [], appKey: [] }, { token: [] }],
    },
    transform({ schema, url, route }) {
      const { takes, takesQuery, isMadeOnce } = route.config ?? {}
      const body = takes === undefined ? {} : { body: takes.shape, consumes: [...takes.types] }
      const query = takesQuery === undefined ? {} : { querystring: toQueryShape(takesQuery) }
      const headers = isMadeOnce ? { headers: keyHeader } : {}
      return { url, schema: { ...schema, ...body, ...query, ...headers } }
    },
    transformObject: (document) => ('openapiObject' in document ? complete(document.openapiObject) : {}),
  })
}

const keyHeader = toQueryShape({
  'Idempotency-Key':
    '16 to 255 characters that nobody can guess, such as a UUID. Asked again with the same key and body within 24 hours, at any ' +
    'node, the same answer comes, and nothing more is made; not for the anonymous.',
})

function toQueryShape(query: Readonly<Record<string, string>>) {
  const parameters = Object.entries(query).map(([name, description]) => [
    name,
    { type: 'string', description },
  ])
  return { type: 'object', properties: Object.fromEntries(parameters) }
}

interface Operation {
  summary?: string
  responses: Record<string, object>
}

/** Every request may end in an error, and all errors are alike; a HEAD that only repeats its GET is left out. */
function complete<Document extends { paths?: object }>(document: Document): Document {
  for (const path of Object.values(document.paths ?? {}) as Record<string, Operation>[]) {
    if (path.head !== undefined && path.head.summary === path.get?.summary) delete path.head
    for (const operation of Object.values(path))
      operation.responses.default = { $ref: '#/components/responses/error' }
  }
  // P is for whoever changes this server; who reads this has no copy.
  return JSON.parse(JSON.stringify(document).replaceAll(/ \(P [\d., ]+\)/g, ''))
}

/** `/openapi.json`, and `/docs/rest/push` to read it. */
export async function addDocuments(surface: FastifyInstance): Promise<void> {
  await surface.register(async (scope) => {
    await scope.register(fastifyHelmet, {
      contentSecurityPolicy: policy,
      // It would bind every port of localhost to TLS.
      strictTransportSecurity: false,
    })
    await scope.register(fastifySwaggerUi, {
      routePrefix: '/docs/rest/push',
      uiConfig: { docExpansion: 'none' },
      // Its bar shows somebody else's name, and a field for other documents.
      theme: {
        title: 'Pillion push',
        css: [{ filename: 'page.css', content: '.swagger-ui .topbar { display: none }' }],
      },
    })
    let text = ''
    scope.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
      text ||= JSON.stringify(surface.swagger())
      return reply.type('application/json;charset=UTF-8').send(text)
    })
  })
}
