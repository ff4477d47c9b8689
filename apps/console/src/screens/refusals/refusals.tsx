import type { RefusalView } from '@pillion/schema'
import { formatNumber } from '../../format.ts'
import {
  Ago,
  Choice,
  Empty,
  Fault,
  Loading,
  Page,
  Search,
  Sentence,
  SilentNodes,
  Tag,
  useLoad,
} from '../../parts/index.ts'
import { type Place, placeHref, setQuery } from '../../place.ts'

const times = [
  ['', 'Any time'],
  ['10m', 'Last 10 minutes'],
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
] as const

const findText = (text: string) => setQuery({ search: text })

/** "Why was this client refused at 10:02?" */
export function Refusals({ place }: { place: Place }) {
  const search = place.query.get('search') ?? ''
  const since = place.query.get('since') ?? ''
  const query = { search, since }
  const {
    value: refusals,
    silentNodes,
    error,
    reload,
  } = useLoad<RefusalView[]>('/refusals', { query, everySeconds: 5 })
  return (
    <Page
      title="Refusals"
      about={
        <>
          Sign-ins, subscriptions and publishes that were turned away, each with its reason and what to do.
          Who is held back for a while is among the <a href={placeHref('bans')}>bans</a>.
        </>
      }
      filters={
        <>
          <Search label="Name, client id, address, topic or reason" value={search} onChange={findText} />
          <Choice
            label="Since"
            value={since}
            options={times}
            onChange={(value) => setQuery({ since: value })}
          />
        </>
      }
    >
      {error && <Fault error={error} onRetry={reload} />}
      {!refusals && !error && <Loading />}
      <SilentNodes nodes={silentNodes} />
      {refusals?.length === 0 &&
        (search === '' && since === '' ? (
          <Empty title="Nobody was turned away.">
            What is refused from now on is listed here with its reason.
          </Empty>
        ) : (
          <Empty title="No refusal matches.">
            If the client is sure it was refused, it may not have reached this server: look at address, port
            and clock.
          </Empty>
        ))}
      {refusals && refusals.length > 0 && (
        <ol class="refusals" aria-label="Refusals">
          {refusals.map((refusal) => (
            <Refusal
              key={`${refusal.at} ${refusal.node} ${refusal.clientId} ${refusal.reason}`}
              refusal={refusal}
            />
          ))}
        </ol>
      )}
    </Page>
  )
}

function Refusal({ refusal }: { refusal: RefusalView }) {
  const { at, node, packet, address, listener, clientId, name, topic, reason, text, fix, repeated } = refusal
  return (
    <li class="refusal">
      <p class="refusal-when">
        <Ago at={at} />
        {repeated > 1 && <span class="faint">{formatNumber(repeated)} times</span>}
      </p>
      <div>
        <p class="refusal-head">
          <Tag>{packet}</Tag>
          <b>{name || clientId || 'without a name'}</b>
          <span class="faint">
            from {address} at {listener}, node {node}
            {clientId && clientId !== name ? `, client id ${clientId}` : ''}
          </span>
        </p>
        {topic && (
          <p class="refusal-topic">
            <code>{topic}</code>
          </p>
        )}
        <p>
          {text} <code class="faint">{reason}</code>
        </p>
        {fix && (
          <p class="fix">
            <Sentence text={fix} />
          </p>
        )}
      </div>
    </li>
  )
}
