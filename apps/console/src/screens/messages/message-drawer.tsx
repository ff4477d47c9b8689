import type { MessageRecord } from '@pillion/schema'
import { apiPath } from '../../api.ts'
import { receiverOf, splitSender } from '../../messages/ends.ts'
import { Story } from '../../messages/story.tsx'
import { Drawer, Empty, Fault, Icon, Loading, useLoad } from '../../parts/index.ts'
import { placeHref } from '../../place.ts'

/** The story of one message; it goes on while one looks. */
export function MessageDrawer({ id, closeHref }: { id: string; closeHref: string }) {
  const { value: message, error } = useLoad<MessageRecord>(apiPath('messages', id), { everySeconds: 1 })
  const isGone = error?.status === 404
  return (
    <Drawer
      title={message ? <Title message={message} /> : 'Message'}
      closeHref={closeHref}
      actions={message && <ExplainLink message={message} />}
    >
      {isGone && !message && (
        <Empty title="Nobody remembers this message.">
          Level recent keeps the newest in the memory of the node that took it, until that ends. Level durable
          keeps them for days.
        </Empty>
      )}
      {error && !isGone && <Fault error={error} />}
      {!message && !error && <Loading rows={8} />}
      {message && <Story message={message} />}
    </Drawer>
  )
}

function Title({ message }: { message: MessageRecord }) {
  const name = (end: string) => splitSender(end).name || end
  return (
    <>
      {name(message.from)} → {name(receiverOf(message))}
    </>
  )
}

/** Whether it would arrive if it were sent now. */
function ExplainLink({ message }: { message: MessageRecord }) {
  const { kind, uid, idApp, vin, isPopup, appID, receiver } = message
  const query =
    kind === 'downlink' && uid && idApp && vin
      ? { about: 'delivery', uid, idApp, vin, popup: isPopup ? 'true' : undefined }
      : kind === 'push' && appID && receiver
        ? { about: 'push', appID, to: receiver }
        : undefined
  if (!query) return null
  return (
    <a class="button" href={placeHref('explain', [], query)}>
      <Icon name="explain" />
      Would it arrive now?
    </a>
  )
}
