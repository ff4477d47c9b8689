import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { ProblemBody } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import { documentedOperations } from './operations.ts'

const description = [
  'What operators, the console, the command line and partners ask of a server.',
  '',
  '`/admin/v1` takes `Authorization: Bearer` with the text of `admin-token` in the data folder, or a session of the console, whose ' +
    'changes carry its `csrfToken` as `X-Pillion-CSRF`. `/partner/v1` takes a partner’s UID and password by HTTP Basic.',
].join('\n')

/** Makes the routes that are added to this surface from here on appear in the documentation. */
export async function collectAdminRoutes(surface: FastifyInstance, version: string): Promise<void> {
  await surface.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Pillion for operators and partners', version, description },
      components: {
        responses: {
          problem: {
            description: 'What is wrong, by `code` (RFC 9457)',
            content: { 'application/problem+json': { schema: ProblemBody } },
          },
        },
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'pillion_session' },
          partner: { type: 'http', scheme: 'basic' },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const documented = documentedOperations[`${route.method} ${url}`]
      // A test finds it.
      if (documented === undefined) return { url, schema: schema ?? {} }
      const { summary, tag, answer, status = 200, isLines } = documented
      const role = (route.config as { role?: string } | undefined)?.role
      return {
        url,
        schema: {
          ...schema,
          summary,
          tags: [tag],
          ...(role === undefined ? {} : { description: `Role: ${role}.` }),
          security: url.startsWith('/partner/') ? [{ partner: [] }] : [{ token: [] }, { session: [] }],
          ...(isLines ? { produces: ['application/x-ndjson'] } : {}),
          response: { [status]: { description: 'Done.', ...answer } },
        },
      }
    },
    transformObject: (document) => ('openapiObject' in document ? complete(document.openapiObject) : {}),
  })
}

/** Every request may end in a problem, and all problems are alike. */
function complete<Document extends { paths?: object }>(document: Document): Document {
  for (const path of Object.values(document.paths ?? {}) as Record<string, { responses: object }>[])
    for (const operation of Object.values(path))
      Object.assign(operation.responses, { default: { $ref: '#/components/responses/problem' } })
  return document
}

/** `/docs/rest/admin`, and the document itself at `/docs/rest/admin/json`. */
export async function addAdminDocuments(surface: FastifyInstance): Promise<void> {
  await surface.register(fastifySwaggerUi, {
    routePrefix: '/docs/rest/admin',
    uiConfig: { docExpansion: 'none' },
    theme: {
      title: 'Pillion for operators and partners',
      css: [{ filename: 'page.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  })
}
