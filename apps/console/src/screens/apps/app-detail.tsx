import { type App, countryName } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { MessageList } from '../../messages/message-list.tsx'
import {
  Ago,
  Button,
  Card,
  Confirm,
  Copy,
  Empty,
  Facts,
  Fault,
  Loading,
  Page,
  tell,
  useLoad,
} from '../../parts/index.ts'
import { go, placeHref } from '../../place.ts'
import { brandNames } from './brand-names.ts'
import { EditApp } from './edit-app.tsx'
import { PackageDrop } from './package-drop.tsx'
import { Subscribers } from './subscribers.tsx'

export function AppDetailPage({ idApp }: { idApp: string }) {
  const [open, setOpen] = useState<'edit' | 'remove'>()
  // There is no address for a single one.
  const { value: apps, error, reload } = useLoad<App[]>('/apps', { everySeconds: 10 })
  const app = apps?.find((each) => each.idApp === idApp)
  return (
    <Page
      title={<Copy text={idApp} />}
      about={<a href={placeHref('apps')}>Apps</a>}
      actions={
        app && (
          <>
            <Button
              needs="operator"
              icon="send"
              onClick={() => go(placeHref('messages', ['send'], { idApp }))}
            >
              Send a message
            </Button>
            <Button needs="admin" icon="edit" onClick={() => setOpen('edit')}>
              Edit…
            </Button>
            <Button needs="admin" kind="danger" icon="remove" onClick={() => setOpen('remove')}>
              Remove…
            </Button>
          </>
        )
      }
    >
      {error && <Fault error={error} onRetry={reload} />}
      {!apps && !error && <Loading />}
      {apps && !app && (
        <Empty title={`There is no app ${idApp}.`}>
          <a href={placeHref('apps')}>All apps</a>
        </Empty>
      )}
      {app && (
        <>
          <Card title="App">
            <AppFacts app={app} />
          </Card>
          <PackageDrop app={app} onInstalled={reload} />
          <Subscribers idApp={idApp} />
          <Card
            title="Last messages"
            actions={<a href={placeHref('messages', [], { idApp })}>Search its messages</a>}
          >
            <MessageList
              query={{ idApp }}
              empty={
                <Empty title="No message to it is remembered.">
                  Subscribe a vehicle and send one to see its story.
                </Empty>
              }
            />
          </Card>
        </>
      )}
      {open === 'remove' && <RemoveApp idApp={idApp} onClose={() => setOpen(undefined)} />}
      {open === 'edit' && app && (
        <EditApp
          app={app}
          onClose={() => {
            setOpen(undefined)
            reload()
          }}
        />
      )}
    </Page>
  )
}

function AppFacts({ app }: { app: App }) {
  return (
    <Facts
      of={[
        ['Name', <AppNames key="name" app={app} />],
        [
          'Partner',
          <a key="uid" href={placeHref('partners', [app.uid])}>
            {app.uid}
          </a>,
        ],
        ['Package', app.version ?? <span class="faint">none installed: vehicles do not show it yet</span>],
        ['While driving', app.drivingMode ? 'usable' : 'covered'],
        ['Offered', describeOffer(app)],
        ['Added', <Ago key="added" at={app.createdAt} />],
      ]}
    />
  )
}

function AppNames({ app: { name, names = {} } }: { app: App }) {
  return (
    <>
      {name}
      {Object.entries(names).map(([language, each]) => (
        <span key={language} class="faint">
          {' · '}
          <span lang={language}>{each}</span> ({language})
        </span>
      ))}
    </>
  )
}

/** Where it is on the wall of those that are subscribed (W 11.2). */
function describeOffer({ countries = [], brands = [], devices = [] }: App): string {
  const parts = [
    countries.length > 0 && `in ${countries.map((code) => countryName(code) ?? code).join(', ')}`,
    brands.length > 0 && `in ${brands.map((code) => brandNames[code]).join(', ')}`,
    devices.length > 0 && `on NAC ${devices.join(', ')}`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? 'everywhere' : `only ${parts.join('; ')}`
}

function RemoveApp({ idApp, onClose }: { idApp: string; onClose: () => void }) {
  const remove = async () => {
    await send('DELETE', apiPath('apps', idApp))
    tell(`${idApp} was removed.`)
    go(placeHref('apps'))
  }
  return (
    <Confirm
      title={`Remove app ${idApp}?`}
      verb="Remove app"
      typed={idApp}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>Its package and subscriptions are deleted, and it leaves the screens of all vehicles.</p>
    </Confirm>
  )
}
