import type { ServerResponse } from 'node:http'

/**
 * An app reaches its own origin and nothing else; MQTT through the host page is its only way out (W 11.4).
 * Workers are left to it because they inherit this policy; service workers, which do not, are refused elsewhere.
 */
const policy = [
  "default-src 'self' data: blob:",
  "script-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",
  "style-src 'self' data: blob: 'unsafe-inline'",
  "connect-src 'self' data: blob:",
  "worker-src 'self' data: blob:",
  "frame-src 'none'",
  "child-src 'none'",
  "object-src 'none'",
  "form-action 'self'",
  "base-uri 'self'",
].join('; ')

/** Whatever a browser might ask its user or its machine for. Sound is an app's right (W 11.4), so autoplay is not here. */
const deniedFeatures = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'clipboard-write',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'keyboard-map',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking',
]

const permissions = deniedFeatures.map((feature) => `${feature}=()`).join(', ')

/**
 * Keeps an app in (W 11.4). Set on the bare response, before anything routes it: errors and redirects of the
 * app's origin are documents of that origin too.
 * @param frameAncestors the only origins that may show the app
 */
export function setAppHeaders(response: ServerResponse, frameAncestors: readonly string[]): void {
  response.setHeader('content-security-policy', `${policy}; frame-ancestors ${frameAncestors.join(' ')}`)
  // Closes what the policy leaves open: WebRTC, and connections made ahead of a navigation that is then refused.
  response.setHeader('connection-allowlist', '(response-origin)')
  response.setHeader('permissions-policy', permissions)
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('x-dns-prefetch-control', 'off')
  response.setHeader('origin-agent-cluster', '?1')
}
