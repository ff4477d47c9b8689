import type { PushAppUpdate, PushAppView } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { LevelChoice } from '../../messages/level-choice.tsx'
import { MessageList } from '../../messages/message-list.tsx'
import { Allowed, Button, Card, Confirm, Copy, Empty, Exact, Facts, tell } from '../../parts/index.ts'
import { go, placeHref } from '../../place.ts'
import { PushAppState } from './push-app-list.tsx'
import { PushAppSettings } from './push-app-settings.tsx'
import { RotateSecret } from './rotate-secret.tsx'

type Open = 'rotate' | 'disable' | 'remove' | undefined

export function PushAppOverview({ app, onChange }: { app: PushAppView; onChange: () => void }) {
  const [open, setOpen] = useState<Open>()
  const path = apiPath('push-apps', app.appID)
  const close = () => {
    setOpen(undefined)
    onChange()
  }
  const switchApp = async (isDisabled: boolean) => {
    const update: PushAppUpdate = { isDisabled }
    await send('PATCH', path, update)
    tell(`${app.appID} is ${isDisabled ? 'disabled' : 'in use again'}.`)
  }
  const remove = async () => {
    await send('DELETE', path)
    tell(`${app.appID} was removed.`)
    go(placeHref('push-apps'))
  }
  return (
    <>
      <Card
        title="Push app"
        actions={
          <Actions
            app={app}
            onOpen={setOpen}
            onEnable={async () => {
              await switchApp(false)
              onChange()
            }}
          />
        }
      >
        <AppFacts app={app} />
      </Card>
      <PushAppSettings key={JSON.stringify(app.settings)} app={app} onSaved={onChange} />
      <Card
        title="Last pushes"
        actions={<a href={placeHref('messages', [], { appID: app.appID })}>Search its messages</a>}
      >
        <MessageList
          query={{ appID: app.appID }}
          empty={
            <Empty title="No push of it is remembered.">
              <a href={placeHref('push-apps', [app.appID, 'send'])}>Send a test push</a> to see its story.
            </Empty>
          }
        />
      </Card>
      {open === 'rotate' && <RotateSecret app={app} onClose={close} />}
      {open === 'disable' && (
        <Confirm
          title={`Disable ${app.appID}?`}
          verb="Disable"
          onConfirm={() => switchApp(true)}
          onClose={close}
        >
          <p>
            Until it is enabled again, its REST answers nobody, nothing is pushed, and its connections are
            closed.
          </p>
        </Confirm>
      )}
      {open === 'remove' && (
        <Confirm
          title={`Remove ${app.appID}?`}
          verb="Remove push app"
          typed={app.appID}
          onConfirm={remove}
          onClose={() => setOpen(undefined)}
        >
          <p>
            All its users, things, groups, installations, topics, buckets and objects are deleted with it.
          </p>
        </Confirm>
      )}
    </>
  )
}

interface ActionsProps {
  readonly app: PushAppView
  readonly onOpen: (open: Open) => void
  readonly onEnable: () => void
}

function Actions({ app, onOpen, onEnable }: ActionsProps) {
  return (
    <Allowed needs="admin">
      <span class="card-actions">
        <Button icon="key" onClick={() => onOpen('rotate')}>
          Rotate secret…
        </Button>
        {app.isDisabled ? (
          <Button kind="primary" onClick={onEnable}>
            Enable
          </Button>
        ) : (
          <Button kind="danger" onClick={() => onOpen('disable')}>
            Disable…
          </Button>
        )}
        <Button kind="danger" icon="remove" onClick={() => onOpen('remove')}>
          Remove…
        </Button>
      </span>
    </Allowed>
  )
}

function AppFacts({ app }: { app: PushAppView }) {
  return (
    <Facts
      of={[
        ['State', <PushAppState key="state" isDisabled={app.isDisabled} />],
        ['App key', <Copy key="key" text={app.appKey} />],
        ['Client id', <Copy key="client" text={app.clientID} />],
        ['Site', app.site ? <Copy key="site" text={app.site} /> : undefined],
        ['Ledger', <LevelChoice key="ledger" of="pushApps" name={app.appID} />],
        ['Added', <Exact key="added" at={app.createdAt} />],
      ]}
    />
  )
}
