/**
 * Ways out of the frame that a content security policy does not close. WebRTC opens connections to any
 * address, whatever `connect-src` says (W 11.4: MQTT is the only way out).
 */
const waysOut = [
  'RTCPeerConnection',
  'webkitRTCPeerConnection',
  'RTCDataChannel',
  'RTCIceTransport',
  'RTCDtlsTransport',
  'RTCSctpTransport',
  'PresentationRequest',
  'RemotePlayback',
]

/**
 * Takes them away before the app's first script. What this can do: stop an app, and the libraries it
 * brought, from using them as usual. What it cannot: an app that means harm creates an `about:blank` frame
 * of its own origin and finds fresh ones there; no script inside a document can prevent that. Nor does it
 * touch name look-ups (`<link rel="dns-prefetch">`). What holds against those is outside the document: the
 * server's policy headers, the sandbox, and in a vehicle the firewall.
 */
export function lockDown(): void {
  for (const name of waysOut) Reflect.deleteProperty(window, name)
}
