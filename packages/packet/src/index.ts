export * from './mqtt-error.ts'
export * from './packet.ts'
export * from './reason-codes.ts'
