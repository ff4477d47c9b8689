import type { CertificateView, PartnerDetail } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { CertificateTable } from '../../credentials/certificate-table.tsx'
import type { Holder } from '../../credentials/holder.ts'
import { RevokeDialog } from '../../credentials/revoke-dialog.tsx'
import { RotateDialog } from '../../credentials/rotate-dialog.tsx'
import { LevelChoice } from '../../messages/level-choice.tsx'
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

type Open = 'rotate' | 'revoke' | 'remove' | CertificateView | undefined

export function PartnerDetailPage({ uid }: { uid: string }) {
  const {
    value: partner,
    error,
    reload,
  } = useLoad<PartnerDetail>(apiPath('partners', uid), {
    everySeconds: 5,
  })
  const [open, setOpen] = useState<Open>()
  const holder: Holder = { kind: 'partner', name: uid }
  const close = () => {
    setOpen(undefined)
    reload()
  }
  return (
    <Page
      title={<Copy text={uid} />}
      about={<a href={placeHref('partners')}>Partners</a>}
      actions={partner && <Actions onOpen={setOpen} />}
    >
      {error && <Fault error={error} onRetry={reload} />}
      {!partner && !error && <Loading />}
      {partner && (
        <>
          <Card title="Partner">
            <PartnerFacts partner={partner} />
          </Card>
          <Card title="Certificates">
            <CertificateTable certificates={partner.certificates} onRevoke={setOpen} />
          </Card>
          <Card
            title="Last messages"
            actions={<a href={placeHref('messages', [], { uid })}>Search its messages</a>}
          >
            <MessageList
              query={{ uid }}
              empty={
                <Empty title="No message of it is remembered.">
                  What it sends, and what its apps send to it, is listed here.
                </Empty>
              }
            />
          </Card>
        </>
      )}
      {open === 'rotate' && <RotateDialog holder={holder} onClose={close} />}
      {open === 'revoke' && <RevokeDialog holder={holder} onClose={close} />}
      {typeof open === 'object' && <RevokeDialog holder={holder} certificate={open} onClose={close} />}
      {open === 'remove' && partner && <RemovePartner partner={partner} onClose={() => setOpen(undefined)} />}
    </Page>
  )
}

function Actions({ onOpen }: { onOpen: (open: Open) => void }) {
  return (
    <>
      <Button needs="admin" icon="key" onClick={() => onOpen('rotate')}>
        Rotate…
      </Button>
      <Button needs="admin" kind="danger" onClick={() => onOpen('revoke')}>
        Revoke…
      </Button>
      <Button needs="admin" kind="danger" icon="remove" onClick={() => onOpen('remove')}>
        Remove…
      </Button>
    </>
  )
}

function PartnerFacts({ partner }: { partner: PartnerDetail }) {
  const { uid, name, createdAt, connections, apps, replacedPasswordEndsAt } = partner
  return (
    <Facts
      of={[
        ['Name', name],
        [
          'Connections',
          connections === 0 ? (
            <span class="faint">none now</span>
          ) : (
            <a href={placeHref('connections', [], { search: uid, role: 'partner' })}>{connections}</a>
          ),
        ],
        ['Apps', <Apps key="apps" uid={uid} apps={apps} />],
        ['Ledger', <LevelChoice key="ledger" of="partners" name={uid} />],
        [
          'Old password',
          replacedPasswordEndsAt && (
            <>
              still works, ends <Ago at={replacedPasswordEndsAt} />
            </>
          ),
        ],
        ['Added', <Ago key="added" at={createdAt} />],
      ]}
    />
  )
}

function Apps({ uid, apps }: { uid: string; apps: readonly string[] }) {
  if (apps.length === 0)
    return (
      <span class="faint">
        none; <a href={placeHref('apps', [], { add: uid })}>add its first</a>
      </span>
    )
  return (
    <span class="fact-line">
      {apps.map((idApp) => (
        <a key={idApp} href={placeHref('apps', [idApp])}>
          {idApp}
        </a>
      ))}
    </span>
  )
}

function RemovePartner({ partner, onClose }: { partner: PartnerDetail; onClose: () => void }) {
  const { uid, apps } = partner
  const remove = async () => {
    await send('DELETE', apiPath('partners', uid))
    tell(`${uid} was removed.`)
    go(placeHref('partners'))
  }
  return (
    <Confirm
      title={`Remove partner ${uid}?`}
      verb="Remove partner"
      typed={uid}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>Its credentials are deleted and its connections are closed.</p>
      {apps.length > 0 && (
        <p>Its apps go with it, and leave the screens of all vehicles: {apps.join(', ')}.</p>
      )}
    </Confirm>
  )
}
