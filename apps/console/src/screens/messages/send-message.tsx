import type { AcceptedMessage, App, MessageRecord, NewMessage, Subscriptions } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { Story } from '../../messages/story.tsx'
import { Card, Copy, Empty, Fault, Field, Form, Loading, Page, Tick, useLoad } from '../../parts/index.ts'
import { type Place, placeHref } from '../../place.ts'
import { may } from '../../session.ts'

const SUGGESTED_MAX = 200

/** Sends in the name of the app's partner, and follows what becomes of it. `?vin=` and `?idApp=` fill the form. */
export function SendMessage({ place }: { place: Place }) {
  const { value: apps } = useLoad<App[]>('/apps')
  const [vin, setVin] = useState(place.query.get('vin') ?? '')
  const [chosenApp, setApp] = useState(place.query.get('idApp') ?? '')
  const [content, setContent] = useState('{"text":"Hello"}')
  const [isPopup, setPopup] = useState(false)
  const [popup, setPopupText] = useState('')
  const [button, setButton] = useState(true)
  const [sent, setSent] = useState<AcceptedMessage>()
  const idApp = chosenApp || apps?.[0]?.idApp || ''
  const vins = useLoad<Subscriptions>(idApp === '' ? undefined : `${apiPath('apps', idApp)}/subscriptions`)
  const subscribed = vins.value?.vins ?? []
  const fault = faultOf(content)
  const isReady = vin !== '' && idApp !== '' && fault === undefined && (!isPopup || popup !== '')
  const submit = async () => {
    setSent(undefined)
    const body: NewMessage = {
      vin: vin.trim(),
      idApp,
      ...(content.trim() === '' ? {} : { content: JSON.parse(content) }),
      ...(isPopup ? { popup, button } : {}),
    }
    setSent(await send<AcceptedMessage>('POST', '/messages', body))
  }
  return (
    <Page title="Send a message" about={<a href={placeHref('messages')}>Messages</a>}>
      {!may('operator') && <p class="notice warn">Your role may look, but not send.</p>}
      {apps?.length === 0 && (
        <Empty title="There is no app to send to.">
          <a href={placeHref('apps')}>Add an app first.</a>
        </Empty>
      )}
      {may('operator') && apps?.length !== 0 && (
        <Card>
          <Form verb="Send" isReady={isReady} onSubmit={submit}>
            <Field label="App">
              <select value={idApp} onChange={({ currentTarget }) => setApp(currentTarget.value)}>
                {apps?.map((app) => (
                  <option key={app.idApp} value={app.idApp}>
                    {app.idApp} ({app.uid})
                  </option>
                ))}
              </select>
            </Field>
            <Field label="Vehicle" hint={describeSubscribed(vins.value)}>
              <input
                value={vin}
                list="send-vins"
                placeholder="VIN"
                autocomplete="off"
                spellcheck={false}
                onInput={({ currentTarget }) => setVin(currentTarget.value)}
              />
            </Field>
            <datalist id="send-vins">
              {subscribed.slice(0, SUGGESTED_MAX).map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
            <Field label="Content" hint="Any JSON; may stay empty." error={fault}>
              <textarea
                class="mono"
                rows={4}
                value={content}
                spellcheck={false}
                onInput={({ currentTarget }) => setContent(currentTarget.value)}
              />
            </Field>
            <Tick label="As a popup, over whatever is on screen" checked={isPopup} onChange={setPopup} />
            {isPopup && (
              <>
                <Field label="Text of the popup">
                  <input value={popup} onInput={({ currentTarget }) => setPopupText(currentTarget.value)} />
                </Field>
                <Tick label="With an OK button" checked={button} onChange={setButton} />
              </>
            )}
          </Form>
        </Card>
      )}
      {sent && <Sent key={sent.id} sent={sent} />}
    </Page>
  )
}

function describeSubscribed(subscriptions: Subscriptions | undefined): string {
  if (!subscriptions) return 'Its VIN.'
  const { idApp, vins } = subscriptions
  if (vins.length === 0) return `No vehicle is subscribed to ${idApp} yet: subscribe one on the app’s page.`
  return vins.length === 1
    ? `1 vehicle is subscribed to ${idApp}.`
    : `${vins.length} are subscribed to ${idApp}.`
}

function faultOf(content: string): string | undefined {
  if (content.trim() === '') return undefined
  try {
    JSON.parse(content)
    return undefined
  } catch (error) {
    return `It is not JSON: ${(error as Error).message}`
  }
}

function Sent({ sent }: { sent: AcceptedMessage }) {
  if (sent.id === undefined) {
    return (
      <Card title="What became of it">
        <p>
          {describeRouted(sent)} It has no story: the ledger of this partner is off, or there are too many
          messages.
        </p>
      </Card>
    )
  }
  return <SentStory id={sent.id} />
}

function describeRouted({ routedTo, keptSeconds = 0 }: AcceptedMessage): string {
  if (routedTo > 0) return 'It went to the head unit.'
  return keptSeconds > 0
    ? 'The head unit is away; its mailbox keeps the message.'
    : 'The head unit is away; it is lost.'
}

function SentStory({ id }: { id: string }) {
  const {
    value: message,
    error,
    reload,
  } = useLoad<MessageRecord>(apiPath('messages', id), { everySeconds: 1 })
  // It is written down a moment after it went.
  const isOnItsWay = error?.status === 404 && !message
  return (
    <Card title="What became of it" actions={<a href={placeHref('messages', [id])}>Its own page</a>}>
      <p class="hint">
        Accepted as <Copy text={id} />
      </p>
      {error && !isOnItsWay && <Fault error={error} onRetry={reload} />}
      {!message && (!error || isOnItsWay) && <Loading rows={3} />}
      {message && <Story message={message} isShort />}
    </Card>
  )
}
