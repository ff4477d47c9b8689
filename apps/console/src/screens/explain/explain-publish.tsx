import { useState } from 'preact/hooks'
import { Field } from '../../parts/index.ts'
import { Question } from './question.tsx'
import { TextField } from './text-field.tsx'

const roles = ['partner', 'vehicle', 'account', 'installation'] as const

/** "May UID publish to this topic?" */
export function ExplainPublish({ query }: { query: URLSearchParams }) {
  const [givenRole = 'partner', givenName = ''] = (query.get('as') ?? '').split(/:(.*)/s)
  const [role, setRole] = useState(givenRole || 'partner')
  const [name, setName] = useState(givenName)
  const [topic, setTopic] = useState(query.get('topic') ?? '')
  return (
    <Question
      path="/explain/publish"
      query={{ as: `${role}:${name.trim()}`, topic: topic.trim() }}
      isReady={name.trim() !== '' && topic.trim() !== ''}
      isAsked={query.has('topic')}
    >
      <div class="field-row">
        <Field label="Who">
          <select value={role} onChange={({ currentTarget }) => setRole(currentTarget.value)}>
            {roles.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </Field>
        <TextField label={nameLabels[role] ?? 'Name'} value={name} onChange={setName} />
      </div>
      <TextField
        label="Topic"
        hint="As the client writes it, to or from, with or without the slash at the end."
        value={topic}
        onChange={setTopic}
      />
    </Question>
  )
}

const nameLabels: Record<string, string> = { partner: 'UID', vehicle: 'VIN', installation: 'Client id' }
