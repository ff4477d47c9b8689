import pg from 'pg'

/**
 * SQLSTATE classes and codes of what is the database's trouble, not the statement's: connections (08), no resources, which
 * includes a full disk (53), an operator's doing, which includes a statement's time (57), input and output (58).
 */
const unavailable = /^(08|53|57|58|25006|25P03|55P03)/

/** Did the database not do its work? What is no answer of the server comes from the socket, or its clock ran out. */
export function isUnavailable(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || unavailable.test(error.code ?? '')
}
