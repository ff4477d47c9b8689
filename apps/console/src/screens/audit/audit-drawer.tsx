import type { AuditEntry } from '@pillion/schema'
import { Copy, Drawer, Exact, Facts } from '../../parts/index.ts'

export function AuditDrawer({ entry, closeHref }: { entry: AuditEntry; closeHref: string }) {
  const { number, at, actor, action, target, address, node, details, previousHash, hash } = entry
  return (
    <Drawer title={`${number} · ${action}`} closeHref={closeHref}>
      <Facts
        of={[
          ['When', <Exact key="at" at={at} />],
          ['Who', actor],
          ['From', address],
          ['To', target],
          ['Node', node],
        ]}
      />
      {Object.keys(details).length > 0 && (
        <>
          <h3>Details</h3>
          <pre>{JSON.stringify(details, undefined, 2)}</pre>
        </>
      )}
      <h3>Chain</h3>
      <Facts
        of={[
          ['Hash', <Copy key="hash" text={hash} />],
          ['Of the one before', <Copy key="previous" text={previousHash} />],
        ]}
      />
    </Drawer>
  )
}
