import type { PushAppView } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { Field, useLoad } from '../../parts/index.ts'
import { Question } from './question.tsx'
import { TextField } from './text-field.tsx'

/** Whether a push to a user, thing or topic would find anybody. */
export function ExplainPush({ query }: { query: URLSearchParams }) {
  const { value: apps } = useLoad<PushAppView[]>('/push-apps')
  const [chosen, setAppID] = useState(query.get('appID') ?? '')
  const [to, setTo] = useState(query.get('to') ?? '')
  const appID = chosen || (apps?.[0]?.appID ?? '')
  return (
    <Question
      path="/explain/push"
      query={{ appID, to: to.trim() }}
      isReady={appID !== '' && to.trim() !== ''}
      isAsked={query.has('to')}
    >
      <Field label="Push app">
        <select value={appID} onChange={({ currentTarget }) => setAppID(currentTarget.value)}>
          {apps?.map((app) => (
            <option key={app.appID} value={app.appID}>
              {app.appID}
            </option>
          ))}
        </select>
      </Field>
      <TextField
        label="To"
        hint="user:NAME or user:ID, thing:ID, topic:NAME, topic:users/USER/NAME …"
        placeholder="topic:news"
        value={to}
        onChange={setTo}
      />
    </Question>
  )
}
