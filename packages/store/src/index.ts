export { type OpenStore, openSqlite } from './sqlite/open-sqlite.ts'
