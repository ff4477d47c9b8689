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

/** Makes the routes that are added from here on appear in the documentation. */
export async function collectRoutes(surface: FastifyInstance, version: string): Promise<void> {
  await surface.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Pillion push',
        version,
        description: 'Users and things, what they subscribe to, and what is sent to them over MQTT.',
      },
      components: {
        responses: {
          error: {
            description: 'What is wrong, by errorCode (P 15)',
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
      const { takes, takesQuery } = route.config ?? {}
      const body = takes === undefined ? {} : { body: takes.shape, consumes: [...takes.types] }
      const query = takesQuery === undefined ? {} : { querystring: toQueryShape(takesQuery) }
      return { url, schema: { ...schema, ...body, ...query } }
    },
    transformObject: (document) => ('openapiObject' in document ? addErrors(document.openapiObject) : {}),
  })
}

function toQueryShape(query: Readonly<Record<string, string>>) {
  const parameters = Object.entries(query).map(([name, description]) => [
    name,
    { type: 'string', description },
  ])
  return { type: 'object', properties: Object.fromEntries(parameters) }
}

/** Every request may end in an error, and all errors are alike. */
function addErrors<Document extends { paths?: object }>(document: Document): Document {
  const paths = Object.values(document.paths ?? {}) as Record<string, { responses: Record<string, object> }>[]
  for (const operation of paths.flatMap((path) => Object.values(path))) {
    operation.responses.default = { $ref: '#/components/responses/error' }
  }
  return document
}

/** `/openapi.json`, and `/docs` to read it. */
export async function addDocuments(surface: FastifyInstance): Promise<void> {
  await surface.register(async (scope) => {
    await scope.register(fastifyHelmet, {
      contentSecurityPolicy: policy,
      // It would bind every port of localhost to TLS.
      strictTransportSecurity: false,
    })
    await scope.register(fastifySwaggerUi, { routePrefix: '/docs', theme: { title: 'Pillion push' } })
    let text = ''
    scope.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
      text ||= JSON.stringify(surface.swagger())
      return reply.type('application/json;charset=UTF-8').send(text)
    })
  })
}
