import type { PushAppUpdate, PushAppView } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { Card, Facts, Field, Form, Tick, tell } from '../../parts/index.ts'
import { may } from '../../session.ts'

const ENDLESS_SECONDS = 2_147_483_647

const switches = [
  ['hasRefreshTokens', 'Hands out refresh tokens'],
  ['exposesUsers', 'Users and things see each other’s whole data'],
  ['ownershipNeedsPassword', 'Becoming a thing’s owner takes the thing’s password'],
] as const

/** Starts from what is in force; give it another key when that has changed. */
export function PushAppSettings({ app, onSaved }: { app: PushAppView; onSaved: () => void }) {
  const [settings, setSettings] = useState(app.settings)
  const { tokenSeconds } = settings
  const isTime = Number.isInteger(tokenSeconds) && tokenSeconds >= 1 && tokenSeconds <= ENDLESS_SECONDS
  const isChanged = JSON.stringify(settings) !== JSON.stringify(app.settings)
  if (!may('admin')) return <ReadOnly app={app} />
  const save = async () => {
    const update: PushAppUpdate = { settings }
    await send('PATCH', apiPath('push-apps', app.appID), update)
    tell('The settings are in force.')
    onSaved()
  }
  return (
    <Card title="Settings">
      <Form verb="Save" isReady={isTime && isChanged} onSubmit={save}>
        {switches.map(([name, label]) => (
          <Tick
            key={name}
            label={label}
            checked={settings[name]}
            onChange={(checked) => setSettings({ ...settings, [name]: checked })}
          />
        ))}
        <Field
          label="Life of tokens, in seconds"
          hint={`Of those that ask for no other end; ${ENDLESS_SECONDS}: they do not end.`}
          error={isTime ? undefined : `A whole number from 1 to ${ENDLESS_SECONDS}.`}
        >
          <input
            type="number"
            min="1"
            max={ENDLESS_SECONDS}
            value={Number.isNaN(tokenSeconds) ? '' : tokenSeconds}
            onInput={({ currentTarget }) =>
              setSettings({ ...settings, tokenSeconds: currentTarget.valueAsNumber })
            }
          />
        </Field>
      </Form>
    </Card>
  )
}

function ReadOnly({ app: { settings } }: { app: PushAppView }) {
  const { tokenSeconds } = settings
  return (
    <Card title="Settings">
      <Facts
        of={[
          ...switches.map(([name, label]) => [label, settings[name] ? 'yes' : 'no'] as const),
          ['Life of tokens', tokenSeconds === ENDLESS_SECONDS ? 'they do not end' : `${tokenSeconds} s`],
        ]}
      />
    </Card>
  )
}
