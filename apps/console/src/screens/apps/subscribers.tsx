import type { Subscriptions } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { formatNumber } from '../../format.ts'
import {
  Allowed,
  Button,
  Card,
  type Column,
  Confirm,
  Dialog,
  Empty,
  Fault,
  Form,
  Loading,
  Search,
  Table,
  tell,
  useLoad,
} from '../../parts/index.ts'
import { placeHref } from '../../place.ts'
import { searchRows } from '../../search-rows.ts'
import { may } from '../../session.ts'
import { VinField } from '../../vin-field.tsx'
import { isReady, readVinList } from '../../vin-list.ts'

const STEP = 50

type Open = 'add' | 'end' | { readonly vin: string } | undefined

/** The vehicles that show the app; added and taken away one by one, or by lists. */
export function Subscribers({ idApp }: { idApp: string }) {
  const path = `${apiPath('apps', idApp)}/subscriptions`
  const { value, error, reload } = useLoad<Subscriptions>(path, { everySeconds: 10 })
  const [search, setSearch] = useState('')
  const [shown, setShown] = useState(STEP)
  const [open, setOpen] = useState<Open>()
  const vins = value?.vins ?? []
  const found = searchRows(vins, search, (vin) => [vin])
  const close = () => {
    setOpen(undefined)
    reload()
  }
  const act: Column<string> = {
    title: 'Act',
    isNumber: true,
    cell: (vin) => (
      <Button needs="operator" kind="quiet" onClick={() => setOpen({ vin })}>
        Unsubscribe…
      </Button>
    ),
  }
  const columns: Column<string>[] = [
    { title: 'VIN', isWide: true, cell: (vin) => <a href={placeHref('vehicles', [vin])}>{vin}</a> },
    ...(may('operator') ? [act] : []),
  ]
  return (
    <Card
      title={value ? `Subscribed vehicles (${formatNumber(vins.length)})` : 'Subscribed vehicles'}
      actions={
        <Allowed needs="operator">
          <span class="card-actions">
            <Button icon="add" onClick={() => setOpen('add')}>
              Subscribe…
            </Button>
            {vins.length > 0 && <Button onClick={() => setOpen('end')}>Unsubscribe a list…</Button>}
          </span>
        </Allowed>
      }
    >
      {error && <Fault error={error} onRetry={reload} />}
      {!value && !error && <Loading rows={3} />}
      {vins.length > STEP && <Search label="Part of a VIN" value={search} onChange={setSearch} />}
      {value && vins.length === 0 && (
        <Empty title="No vehicle is subscribed.">
          Until one is, nobody sees the app and no message reaches it.
        </Empty>
      )}
      {vins.length > 0 && found.length === 0 && <Empty title={`No subscribed VIN has “${search}” in it.`} />}
      {found.length > 0 && (
        <Table
          label="Subscribed vehicles"
          rows={found.slice(0, shown)}
          columns={columns}
          keyOf={(vin) => vin}
        />
      )}
      {found.length > shown && (
        <footer class="list-foot">
          <span>
            {formatNumber(shown)} of {formatNumber(found.length)}
          </span>
          <Button onClick={() => setShown(shown + STEP)}>Show more</Button>
        </footer>
      )}
      {(open === 'add' || open === 'end') && (
        <VinListDialog idApp={idApp} path={path} isEnd={open === 'end'} onClose={close} />
      )}
      {typeof open === 'object' && (
        <Confirm
          title={`Unsubscribe ${open.vin}?`}
          verb="Unsubscribe"
          onConfirm={() => send('DELETE', path, { vins: [open.vin] })}
          onClose={close}
        >
          <p>{idApp} leaves its screen at once, and messages to the app no longer reach it.</p>
        </Confirm>
      )}
    </Card>
  )
}

interface VinListDialogProps {
  readonly idApp: string
  readonly path: string
  readonly isEnd: boolean
  readonly onClose: () => void
}

function VinListDialog({ idApp, path, isEnd, onClose }: VinListDialogProps) {
  const [text, setText] = useState('')
  const list = readVinList(text)
  const verb = isEnd ? 'Unsubscribe' : 'Subscribe'
  const submit = async () => {
    await send(isEnd ? 'DELETE' : 'POST', path, { vins: list.vins })
    tell(`${formatNumber(list.vins.length)} ${isEnd ? 'unsubscribed' : 'subscribed'}.`)
    onClose()
  }
  return (
    <Dialog
      title={isEnd ? `Unsubscribe vehicles from ${idApp}` : `Subscribe vehicles to ${idApp}`}
      onClose={onClose}
    >
      <Form
        verb={list.vins.length > 1 ? `${verb} ${formatNumber(list.vins.length)} vehicles` : verb}
        kind={isEnd ? 'danger' : 'primary'}
        isReady={isReady(list)}
        onSubmit={submit}
        onCancel={onClose}
      >
        {isEnd && (
          <p class="prose">The app leaves their screens at once, and messages to it no longer reach them.</p>
        )}
        <VinField text={text} list={list} onChange={setText} />
      </Form>
    </Dialog>
  )
}
