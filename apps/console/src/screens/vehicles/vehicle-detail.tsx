import type { CertificateView, VehicleDetail } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { CertificateTable } from '../../credentials/certificate-table.tsx'
import type { Holder } from '../../credentials/holder.ts'
import { RevokeDialog } from '../../credentials/revoke-dialog.tsx'
import { RotateDialog } from '../../credentials/rotate-dialog.tsx'
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
  Icon,
  Loading,
  Page,
  tell,
  useLoad,
} from '../../parts/index.ts'
import { go, placeHref } from '../../place.ts'
import { HeadUnitState } from './vehicle-list.tsx'

type Open = 'rotate' | 'revoke' | 'remove' | CertificateView | undefined

export function VehicleDetailPage({ vin }: { vin: string }) {
  const path = apiPath('vehicles', vin)
  const { value: vehicle, error, reload } = useLoad<VehicleDetail>(path, { everySeconds: 5 })
  const [open, setOpen] = useState<Open>()
  const holder: Holder = { kind: 'vehicle', name: vin }
  const close = () => {
    setOpen(undefined)
    reload()
  }
  return (
    <Page
      title={<Copy text={vin} />}
      about={<a href={placeHref('vehicles')}>Vehicles</a>}
      actions={vehicle && <Actions vehicle={vehicle} onOpen={setOpen} />}
    >
      {error && <Fault error={error} onRetry={reload} />}
      {!vehicle && !error && <Loading />}
      {vehicle && (
        <>
          <Card title="Vehicle">
            <VehicleFacts vehicle={vehicle} />
          </Card>
          <Card title="Certificates">
            <CertificateTable certificates={vehicle.certificates} onRevoke={setOpen} />
          </Card>
          <Card
            title="Last messages"
            actions={<a href={placeHref('messages', [], { vin })}>Search its messages</a>}
          >
            <MessageList
              query={{ vin }}
              empty={
                <Empty title="No message to or from it is remembered.">Send one to see its story here.</Empty>
              }
            />
          </Card>
        </>
      )}
      {open === 'rotate' && <RotateDialog holder={holder} onClose={close} />}
      {open === 'revoke' && <RevokeDialog holder={holder} onClose={close} />}
      {typeof open === 'object' && <RevokeDialog holder={holder} certificate={open} onClose={close} />}
      {open === 'remove' && <RemoveVehicle vin={vin} onClose={() => setOpen(undefined)} />}
    </Page>
  )
}

function Actions({ vehicle, onOpen }: { vehicle: VehicleDetail; onOpen: (open: Open) => void }) {
  const { vin, simulator } = vehicle
  return (
    <>
      {simulator && (
        <a class="button plain" href={simulator} target="_blank" rel="noreferrer">
          <Icon name="link" />
          Head-unit simulator
        </a>
      )}
      <Button needs="operator" icon="send" onClick={() => go(placeHref('messages', ['send'], { vin }))}>
        Send a message
      </Button>
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

function VehicleFacts({ vehicle }: { vehicle: VehicleDetail }) {
  const { vin, isConnected, mailbox, apps, createdAt, replacedPasswordEndsAt } = vehicle
  return (
    <Facts
      of={[
        [
          'Head unit',
          <span key="head-unit" class="fact-line">
            <HeadUnitState isConnected={isConnected} />
            {isConnected && <a href={placeHref('connections', [], { search: vin })}>its connection</a>}
          </span>,
        ],
        ['Mailbox', <MailboxFact key="mailbox" vin={vin} messages={mailbox} />],
        ['Apps', <AppLinks key="apps" apps={apps} />],
        [
          'Old password',
          replacedPasswordEndsAt && (
            <>
              works, ends <Ago at={replacedPasswordEndsAt} />
            </>
          ),
        ],
        ['Added', <Ago key="added" at={createdAt} />],
      ]}
    />
  )
}

function MailboxFact({ vin, messages }: { vin: string; messages: number }) {
  if (messages === 0) return <span class="faint">empty</span>
  const text = messages === 1 ? '1 message waits' : `${messages} messages wait`
  return <a href={placeHref('mailboxes', [], { search: vin })}>{text}</a>
}

function AppLinks({ apps }: { apps: readonly string[] }) {
  if (apps.length === 0)
    return (
      <span class="faint">
        none; subscribe it on the page of an <a href={placeHref('apps')}>app</a>
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

function RemoveVehicle({ vin, onClose }: { vin: string; onClose: () => void }) {
  const remove = async () => {
    await send('DELETE', apiPath('vehicles', vin))
    tell(`${vin} was removed.`)
    go(placeHref('vehicles'))
  }
  return (
    <Confirm title={`Remove ${vin}?`} verb="Remove vehicle" typed={vin} onConfirm={remove} onClose={onClose}>
      <p>
        Its credentials, its subscriptions to apps and its mailbox are deleted, and its connections are
        closed.
      </p>
    </Confirm>
  )
}
