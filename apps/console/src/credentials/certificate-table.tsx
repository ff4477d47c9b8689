import type { CertificateView } from '@pillion/schema'
import { Ago, Button, type Column, Copy, Empty, Exact, now, State, Table } from '../parts/index.ts'
import { may } from '../session.ts'

const WARNED_MS = 30 * 86_400_000

interface CertificateTableProps {
  readonly certificates: readonly CertificateView[]
  readonly onRevoke: (certificate: CertificateView) => void
}

/** Client certificates, newest first, with what is wrong with them. */
export function CertificateTable({ certificates, onRevoke }: CertificateTableProps) {
  const act: Column<CertificateView> = {
    title: 'Act',
    isNumber: true,
    cell: (certificate) =>
      !isRevoked(certificate.revokedAt) && (
        <Button needs="admin" kind="quiet" onClick={() => onRevoke(certificate)}>
          Revoke…
        </Button>
      ),
  }
  const columns: Column<CertificateView>[] = [
    {
      title: 'Fingerprint',
      cell: ({ fingerprint }) => <Copy text={fingerprint} shown={shorten(fingerprint)} />,
    },
    { title: 'Validity', isWide: true, cell: Validity },
    { title: 'Serial number', isMinor: true, cell: ({ serialNumber }) => <code>{serialNumber}</code> },
    { title: 'Issued', isMinor: true, cell: ({ issuedAt }) => <Exact at={issuedAt} /> },
    ...(may('admin') ? [act] : []),
  ]
  if (certificates.length === 0)
    return <Empty title="No client certificate was issued.">It signs in with its password alone.</Empty>
  const newestFirst = certificates.toSorted((one, other) => other.issuedAt.localeCompare(one.issuedAt))
  return (
    <Table
      label="Certificates"
      rows={newestFirst}
      columns={columns}
      keyOf={({ fingerprint }) => fingerprint}
    />
  )
}

/** Enough to tell one from another. */
export function shorten(fingerprint: string): string {
  return `${fingerprint.slice(0, 8)}…`
}

/** One that was replaced is revoked in advance, for when the overlap is over. */
function Validity({ expiresAt, revokedAt }: CertificateView) {
  if (isRevoked(revokedAt)) {
    return (
      <State kind="quiet">
        revoked <Ago at={revokedAt} />
      </State>
    )
  }
  const endsAt = revokedAt ?? expiresAt
  const left = Date.parse(endsAt) - now.value
  const kind = left <= 0 ? 'bad' : left <= WARNED_MS ? 'warn' : 'good'
  return (
    <State kind={kind}>
      {revokedAt ? 'replaced, ends' : left <= 0 ? 'expired' : 'expires'} <Ago at={endsAt} />
    </State>
  )
}

function isRevoked(revokedAt: string | undefined): boolean {
  return revokedAt !== undefined && Date.parse(revokedAt) <= now.value
}
