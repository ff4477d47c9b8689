export { type DropReason, dropReasons } from '@pillion/schema'
