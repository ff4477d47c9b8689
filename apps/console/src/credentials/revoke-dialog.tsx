import type { CertificateView, ConnectionView, NewRevocation, Revocation } from '@pillion/schema'
import { useEffect, useState } from 'preact/hooks'
import { apiPath, type ProblemError, send } from '../api.ts'
import {
  Ago,
  asProblem,
  type Column,
  Dialog,
  Fault,
  Field,
  Form,
  Loading,
  Table,
  tell,
} from '../parts/index.ts'
import { shorten } from './certificate-table.tsx'
import type { Holder } from './holder.ts'

interface RevokeDialogProps {
  readonly holder: Holder
  /** Only this one; without it one is asked what to revoke. */
  readonly certificate?: CertificateView | undefined
  readonly onClose: () => void
}

type What = NewRevocation['what']

/** Asks what to revoke, tries it, shows who would drop, and only then does it. */
export function RevokeDialog({ holder, certificate, onClose }: RevokeDialogProps) {
  const [what, setWhat] = useState<What>(certificate ? 'certificate' : 'everything')
  const revocation: NewRevocation = {
    what,
    ...(certificate ? { fingerprint: certificate.fingerprint } : {}),
  }
  const trial = useTrial(holder, revocation)
  const submit = async () => {
    const { connections } = await revoke(holder, revocation)
    onClose()
    tell(`Revoked. ${countConnections(connections.length)} closed.`)
  }
  const title = certificate
    ? `Revoke certificate ${shorten(certificate.fingerprint)}?`
    : `Revoke credentials of ${holder.name}?`
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        verb="Revoke"
        kind="danger"
        isReady={trial.connections !== undefined}
        onSubmit={submit}
        onCancel={onClose}
      >
        {!certificate && (
          <Field label="What is revoked">
            <select value={what} onChange={({ currentTarget }) => setWhat(currentTarget.value as What)}>
              <option value="everything">Password and all certificates</option>
              <option value="password">Password</option>
              <option value="certificate">All certificates</option>
            </select>
          </Field>
        )}
        <p class="prose">{consequences[what]} This cannot be undone; rotating makes new ones.</p>
        <Droppers trial={trial} />
      </Form>
    </Dialog>
  )
}

const consequences: Record<What, string> = {
  everything: 'Nobody can sign in as it any more, until it gets new credentials.',
  password: 'Nobody can sign in with its password any more, nor with the one before it.',
  certificate: 'Nobody can sign in with it any more.',
}

interface Trial {
  readonly connections?: readonly ConnectionView[]
  readonly error?: ProblemError
}

/** Who would drop, without anything being revoked. */
function useTrial(holder: Holder, revocation: NewRevocation): Trial {
  const [trial, setTrial] = useState<Trial>({})
  useEffect(() => {
    let isCurrent = true
    setTrial({})
    revoke(holder, { ...revocation, isTrial: true }).then(
      ({ connections }) => isCurrent && setTrial({ connections }),
      (thrown) => isCurrent && setTrial({ error: asProblem(thrown) }),
    )
    return () => {
      isCurrent = false
    }
  }, [holder.kind, holder.name, revocation.what, revocation.fingerprint])
  return trial
}

function revoke({ kind, name }: Holder, revocation: NewRevocation): Promise<Revocation> {
  return send('POST', `${apiPath(`${kind}s`, name)}/revocations`, revocation)
}

const columns: readonly Column<ConnectionView>[] = [
  { title: 'Client id', isWide: true, cell: ({ clientId }) => clientId },
  { title: 'Address', cell: ({ address }) => address },
  { title: 'Connected', cell: ({ connectedAt }) => <Ago at={connectedAt} /> },
]

function Droppers({ trial: { connections, error } }: { trial: Trial }) {
  if (error) return <Fault error={error} />
  if (connections === undefined) return <Loading rows={2} />
  if (connections.length === 0) return <p class="notice">Nobody is connected with it now: nobody drops.</p>
  return (
    <>
      <p class="notice warn">{countConnections(connections.length)} would be closed at once:</p>
      <Table label="Who would drop" rows={connections} columns={columns} keyOf={({ id }) => id} />
    </>
  )
}

function countConnections(count: number): string {
  return count === 1 ? '1 connection' : `${count} connections`
}
