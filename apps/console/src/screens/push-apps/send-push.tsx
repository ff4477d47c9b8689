import type { AcceptedPushMessage, MessagePage, NewPushMessage, PushAppView } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { readMessages } from '../../messages/message-list.tsx'
import { Story } from '../../messages/story.tsx'
import { Card, Copy, Empty, Fault, Field, Form, Loading, useLoad } from '../../parts/index.ts'
import { placeHref } from '../../place.ts'

const SHOWN_MAX = 5

/** Sends as the app's admin, and follows what becomes of it. */
export function SendPush({ app, to: first }: { app: PushAppView; to: string }) {
  const [to, setTo] = useState(first)
  const [data, setData] = useState('{"text":"Hello from the console"}')
  const [sent, setSent] = useState<string>()
  const fault = faultOf(data)
  const submit = async () => {
    setSent(undefined)
    const body: NewPushMessage = { to: to.trim(), data: JSON.parse(data) }
    const accepted = await send<AcceptedPushMessage>(
      'POST',
      `${apiPath('push-apps', app.appID)}/messages`,
      body,
    )
    setSent(accepted.pushMessageID)
  }
  return (
    <>
      <Card title="Test push">
        {app.isDisabled && (
          <p class="notice warn">This app is disabled: nothing is pushed until it is enabled.</p>
        )}
        <Form verb="Send" isReady={to.trim() !== '' && fault === undefined} onSubmit={submit}>
          <Field
            label="To"
            hint="user:NAME or user:ID, thing:ID, topic:NAME, topic:users/USER/NAME, topic:groups/GROUP/NAME or topic:things/THING/NAME"
          >
            <input
              value={to}
              placeholder="topic:news"
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => setTo(currentTarget.value)}
            />
          </Field>
          <Field label="Data" hint="A JSON object of one level." error={fault}>
            <textarea
              class="mono"
              rows={4}
              value={data}
              spellcheck={false}
              onInput={({ currentTarget }) => setData(currentTarget.value)}
            />
          </Field>
        </Form>
      </Card>
      {sent && <SentPush key={sent} pushMessageID={sent} />}
    </>
  )
}

function faultOf(data: string): string | undefined {
  try {
    const value: unknown = JSON.parse(data)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? undefined : 'It must be an object, such as {"text":"Hello"}.'
  } catch (error) {
    return `It is not JSON: ${(error as Error).message}`
  }
}

/** Each installation has a story of its own. */
function SentPush({ pushMessageID }: { pushMessageID: string }) {
  const query = { pushMessageID, count: 20 }
  const { value, error, reload } = useLoad<MessagePage>('/messages', { query, everySeconds: 1 })
  const { rows } = value ? readMessages(value) : { rows: [] }
  return (
    <Card
      title="What became of it"
      actions={<a href={placeHref('messages', [], { pushMessageID })}>As a list</a>}
    >
      <p class="hint">
        Accepted as <Copy text={pushMessageID} />
      </p>
      {error && <Fault error={error} onRetry={reload} />}
      {!value && !error && <Loading rows={3} />}
      {value && rows.length === 0 && (
        <Empty title="Nobody has got it yet.">
          It went to no installation: the user, thing or topic has none, or the ledger of this app is off.
        </Empty>
      )}
      {rows.slice(0, SHOWN_MAX).map((message) => (
        <article key={message.id} class="push-receiver">
          <h3>
            <a href={placeHref('messages', [message.id])}>{message.receiver ?? message.topic}</a>
          </h3>
          <Story message={message} isShort />
        </article>
      ))}
      {rows.length > SHOWN_MAX && <p class="hint">The list has the other receivers.</p>}
    </Card>
  )
}
