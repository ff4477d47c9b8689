import type { IncomingMessage } from 'node:http'
import fastifyCors from '@fastify/cors'
import { PushError } from '@pillion/push'
import { limits } from '@pillion/schema'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import { sendError, toPushError } from './errors.ts'
import type { Refusals } from './refusals.ts'

/** Of addresses and errors, as clients of the original expect them (P 1.1, 1.5). */
export function conventionalOptions(refusals: Refusals): FastifyServerOptions {
  return {
    logger: false,
    bodyLimit: limits.pushBodyBytesMax,
    // The shapes are the contract: nothing is quietly dropped or turned into something else.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    rewriteUrl: overrideMethod,
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      // The longest name of anything is that of an installation by its type and registration id (P 6.2).
      maxParamLength: 'ANDROID:'.length + limits.pushRegistrationIDCharactersMax,
    },
    // Addresses that cannot be decoded are refused before any route, and so past the hooks.
    frameworkErrors: (cause, request, reply) => {
      const error = toPushError(cause)
      refusals.note(request, error)
      reply.headers({ ...constantHeaders, ...corsHeaders, 'x-http-status-code': `${error.status}` })
      return sendError(reply, error)
    },
  }
}

/** Of everything under `/api`: `surface` is the part of it that is registered there. */
export async function addConventions(surface: FastifyInstance, refusals: Refusals): Promise<void> {
  // Read where it is needed, as what it is there, whatever its type says (P 1.2, 2.3).
  surface.removeAllContentTypeParsers()
  surface.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes))

  await surface.register(fastifyCors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    allowedHeaders,
    exposedHeaders: corsHeaders['access-control-expose-headers'],
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  })
  surface.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers(constantHeaders)
    reply.header('x-http-status-code', `${reply.statusCode}`)
    done()
  })
  surface.setErrorHandler((cause, request, reply) => answerError(refusals, cause, request, reply))
  surface.setNotFoundHandler(refuseAddress)
}

export function refuseAddress(request: FastifyRequest): never {
  throw new PushError('NOT_FOUND', `There is nothing at this address for ${request.method}`)
}

export function answerError(
  refusals: Refusals,
  cause: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = toPushError(cause)
  refusals.note(request, error)
  return sendError(reply, error)
}

/** P 1.1. Only what P names may be asked for like this. */
function overrideMethod(request: IncomingMessage): string {
  const override = request.headers['x-http-method-override']
  if (request.method === 'POST' && /^patch$/i.test(`${override}`)) request.method = 'PATCH'
  return request.url ?? '/'
}

/** So long may a browser remember that it may; it sends two requests for one otherwise. */
const PREFLIGHT_SECONDS = 7_200

/** P 1.3 row 9. */
const constantHeaders = {
  'cache-control': 'max-age=0, no-cache, no-store',
  'x-content-type-options': 'nosniff',
}

/** P 1.4. On errors too, or browsers make every error a status of 0. */
const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Location, Retry-After, X-MQTT-TTL, X-HTTP-Status-Code',
}

const allowedHeaders = [
  'authorization',
  'content-type',
  'accept',
  'x-kii-appid',
  'x-kii-appkey',
  'x-kii-sdk',
  'x-http-method-override',
  'if-match',
  'if-none-match',
  // What an app adds by Kii.setAdditionalHeaders. It does not cover Authorization.
  '*',
]
