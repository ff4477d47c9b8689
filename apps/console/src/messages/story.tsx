import type { MessageRecord, MessageStep } from '@pillion/schema'
import type { ComponentChildren } from 'preact'
import { formatBytes } from '../format.ts'
import { Copy, CopyButton, Exact, Facts, Tag } from '../parts/index.ts'
import { placeHref } from '../place.ts'
import { splitSender } from './ends.ts'
import { stateKind, stateText } from './state-words.tsx'

/**
 * What became of one message: each step with its time, node, sentence and reason, then, unless it is short, what it was.
 */
export function Story({ message, isShort = false }: { message: MessageRecord; isShort?: boolean }) {
  const last = message.steps.at(-1)
  return (
    <div class="story">
      <ol class="story-steps" aria-label="Steps">
        {message.steps.map((step, place) => (
          <Step key={`${step.at} ${step.state} ${place}`} step={step} since={message.at} />
        ))}
      </ol>
      {last && waits[last.state] && <p class="story-next">{waits[last.state]}</p>}
      {!isShort && <Facts of={facts(message)} />}
      {!isShort && <Payload message={message} />}
    </div>
  )
}

/** What is still to come after a state that is no end. */
const waits: Record<string, string> = {
  kept: 'It waits for the head unit. When that connects, it gets the message; when its time is over, it is dropped.',
  pending: 'It waits until the app asks for its pending notifications.',
  popup_shown: 'It is on screen now; somebody presses OK or Return, or its time runs out.',
}

function Step({ step, since }: { step: MessageStep; since: string }) {
  return (
    <li class={`story-step ${stateKind(step.state)}`}>
      <p class="story-head">
        <b>{stateText(step.state)}</b>
        <StepTime at={step.at} since={since} />
      </p>
      <p class="story-text">{step.text}</p>
      <p class="story-where">
        {step.reason && <code>{step.reason}</code>}
        <span>node {step.node}</span>
      </p>
    </li>
  )
}

/** Steps are milliseconds apart: the clock to the millisecond, and how long after the first. */
function StepTime({ at, since }: { at: string; since: string }) {
  const distance = Date.parse(at) - Date.parse(since)
  return (
    <time dateTime={at} title={at}>
      {formatClock(at)} <span class="story-after">+{formatDistance(distance)}</span>
    </time>
  )
}

function formatClock(at: string): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function formatDistance(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`
  return `${Math.round(milliseconds / 60_000)} min`
}

function facts(message: MessageRecord): (readonly [string, ComponentChildren])[] {
  const { at, node, from, vin, uid, idApp, appID, receiver, subtopic, receipt, pushMessageID } = message
  return [
    [
      'Taken',
      <span key="at">
        <Exact at={at} /> by node {node}
      </span>,
    ],
    ['From', <End key="from" of={from} />],
    ['Vehicle', vin && <a href={placeHref('vehicles', [vin])}>{vin}</a>],
    ['Partner', uid && <a href={placeHref('partners', [uid])}>{uid}</a>],
    [
      'App',
      idApp && (
        <span>
          <a href={placeHref('apps', [idApp])}>{idApp}</a>
          {message.isPopup && (
            <>
              {' '}
              <Tag>popup</Tag>
            </>
          )}
        </span>
      ),
    ],
    ['Push app', appID && <a href={placeHref('push-apps', [appID])}>{appID}</a>],
    ['Receiver', receiver],
    ['Installation', message.installationID && <Copy text={message.installationID} />],
    [
      'Topic',
      <a key="topic" href={placeHref('topics', [], { topic: message.topic })}>
        {message.topic}
      </a>,
    ],
    ['Subtopic', subtopic || undefined],
    ['Receipt', receipt && <Copy text={receipt} />],
    [
      'Push',
      pushMessageID && (
        <a href={placeHref('messages', [], { pushMessageID })}>all receivers of {pushMessageID}</a>
      ),
    ],
    ['Size', formatBytes(message.bytes)],
    ['SHA-256', message.sha256 && <Copy text={message.sha256} shown={`${message.sha256.slice(0, 16)}…`} />],
    ['Ledger level', message.level],
    ['Id', <Copy key="id" text={message.id} />],
  ]
}

function End({ of }: { of: string }) {
  const { kind, name } = splitSender(of)
  if (kind === 'partner') return <a href={placeHref('partners', [name])}>partner {name}</a>
  if (kind === 'vehicle') return <a href={placeHref('vehicles', [name])}>vehicle {name}</a>
  return <>{[kind, name].join(' ').trim()}</>
}

function Payload({ message }: { message: MessageRecord }) {
  if (message.body === undefined) {
    const text = message.sha256
      ? 'The payload is not kept here, only its SHA-256: ledger.body is hashed.'
      : 'The payload is not kept here: ledger.body is omitted.'
    return <p class="hint">{text}</p>
  }
  return (
    <section class="payload">
      <header>
        <h3>Payload</h3>
        <CopyButton text={message.body} label="Copy the payload" />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0}>{spread(message.body)}</pre>
    </section>
  )
}

/** JSON over several lines; anything else, or what was cut off, as it is. */
function spread(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
