import type { PostToHost } from '../host-page.ts'

/** `Phone` (W 10.2). */
export function createPhone(post: PostToHost) {
  return {
    /** Is it a number that can be dialled, 1 to 15 digits in a string? Says nothing about the call itself. */
    LaunchPhoneCall: (number?: unknown) => {
      if (typeof number !== 'string' || !/^\d{1,15}$/.test(number)) return false
      post({ pillion: 'phoneCall', number })
      return true
    },
  }
}
