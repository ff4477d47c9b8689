/**
 * What the push REST is measured against: a bare fastify route that takes a JSON body and stores it with one SQLite insert,
 * as safely as Pillion does (WAL, synchronous = full). Without accounts, rights, versions, events or limits.
 */
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import Fastify from 'fastify'

export interface BareJob {
  readonly file: string
}

process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => process.exit())
process.once('message', async ({ file }: BareJob) => {
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  database.exec('create table object (id text primary key, fields text not null) strict')
  const insert = database.prepare('insert into object values (?, ?)')
  const server = Fastify()
  server.post('/objects', async (request, reply) => {
    const objectID = randomUUID()
    insert.run(objectID, JSON.stringify(request.body))
    return reply.code(201).send({ objectID, createdAt: Date.now(), dataType: 'application/json' })
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const address = server.server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
})
