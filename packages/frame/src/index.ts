export { decodeFrameName, encodeFrameName } from './frame-name.ts'
