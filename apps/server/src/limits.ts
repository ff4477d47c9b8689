/** Limits of what comes in over HTTP; those of messages are in `@pillion/schema`. */
export const serverLimits = {
  /** Package as uploaded. */
  packageArchiveBytesMax: 64 * 1024 * 1024,
  /** Package unpacked, media included: a small archive must not fill the memory. */
  packageUnpackedBytesMax: 128 * 1024 * 1024,
  /** Unpacked outside media, where the vehicle's cache holds it (W 11.1, 11.4). */
  packageAppBytesMax: 20 * 1024 * 1024,
  packageEntriesMax: 10_000,
  /** One WebSocket message; it may hold several MQTT packets [MQTT-6.0.0-4]. */
  webSocketMessageBytesMax: 1024 * 1024,
  /** A TLS handshake must be done by then. */
  handshakeSeconds: 10,
  /** Refused sign-ins of head units per address and window; beyond, every attempt waits for the window's end. */
  signInFailuresMax: 20,
  signInWindowSeconds: 60,
  /** Addresses remembered for that; beyond, the oldest is forgotten. */
  signInAddressesMax: 10_000,
  /** Lines waiting for one reader of a partner's messages; beyond, the newest are dropped and counted. */
  streamBytesMax: 1024 * 1024,
} as const
