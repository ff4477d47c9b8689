import type { PushAppView } from '@pillion/schema'
import { Copy, Empty, Fault, Loading, Page, useLoad } from '../../parts/index.ts'
import { type Place, placeHref } from '../../place.ts'
import { may } from '../../session.ts'
import { ItemList, isItemKind, itemKinds } from './item-list.tsx'
import { PushAppOverview } from './push-app-overview.tsx'
import { SendPush } from './send-push.tsx'

/** `#/push-apps/<appID>/<tab>`. */
export function PushAppDetail({ appID, place }: { appID: string; place: Place }) {
  // There is no address for a single one.
  const { value: apps, error, reload } = useLoad<PushAppView[]>('/push-apps', { everySeconds: 10 })
  const app = apps?.find((each) => each.appID === appID)
  const tab = place.rest[1] ?? 'overview'
  return (
    <Page
      title={<Copy text={appID} />}
      about={<a href={placeHref('push-apps')}>Push apps</a>}
      filters={app && <Tabs appID={appID} open={tab} />}
    >
      {error && <Fault error={error} onRetry={reload} />}
      {!apps && !error && <Loading />}
      {apps && !app && (
        <Empty title={`There is no push app ${appID}.`}>
          <a href={placeHref('push-apps')}>All push apps</a>
        </Empty>
      )}
      {app && tab === 'overview' && <PushAppOverview app={app} onChange={reload} />}
      {app && tab === 'send' && <SendPush app={app} to={place.query.get('to') ?? ''} />}
      {app && isItemKind(tab) && (
        <ItemList key={tab} appID={appID} kind={tab} search={place.query.get('search') ?? ''} />
      )}
      {app && tab !== 'overview' && tab !== 'send' && !isItemKind(tab) && (
        <Empty title={`A push app has no ${tab}.`}>
          <a href={placeHref('push-apps', [appID])}>What this one has</a>
        </Empty>
      )}
    </Page>
  )
}

function Tabs({ appID, open }: { appID: string; open: string }) {
  const tabs = [
    ['overview', 'Overview'],
    ...Object.entries(itemKinds).map(([kind, { title }]) => [kind, title]),
    ...(may('operator') ? [['send', 'Send a test push']] : []),
  ] as [string, string][]
  return (
    <nav class="tabs" aria-label="Push app">
      {tabs.map(([tab, title]) => (
        <a
          key={tab}
          href={placeHref('push-apps', tab === 'overview' ? [appID] : [appID, tab])}
          {...(tab === open ? { 'aria-current': 'page' as const } : {})}
        >
          {title}
        </a>
      ))}
    </nav>
  )
}
