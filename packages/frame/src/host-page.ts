import type { FrameToHost } from '@pillion/schema'

/** Posts to the host page; does nothing in a document that no host page holds. */
export type PostToHost = (message: FrameToHost) => void

/**
 * The target origin is open: a frame cannot know where its host page lives, and only the host page can
 * hold it (the server forbids other ancestors).
 */
export function openHostPage(hosted: boolean): PostToHost {
  const parent = window.parent
  // Taken now: an app that replaces postMessage on its way must not hear what is internal.
  const post = parent.postMessage
  return (message) => {
    if (hosted) post.call(parent, message, { targetOrigin: '*' })
  }
}
