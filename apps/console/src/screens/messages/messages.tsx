import type { Place } from '../../place.ts'
import { MessageSearch } from './message-search.tsx'
import { SendMessage } from './send-message.tsx'

/** `#/messages/send` is the form; `#/messages/<id>` the story of one. */
export function Messages({ place }: { place: Place }) {
  const [first] = place.rest
  return first === 'send' ? <SendMessage place={place} /> : <MessageSearch place={place} />
}
