import type { AuditCheck } from '@pillion/schema'
import { formatNumber } from '../../format.ts'
import { Copy, Dialog, Fault, Loading, useLoad } from '../../parts/index.ts'

/** Reads the whole log again and says whether anything in it was changed. */
export function AuditChain({ onClose }: { onClose: () => void }) {
  const { value: check, error, reload } = useLoad<AuditCheck>('/audit/check')
  return (
    <Dialog title="Check of the chain" onClose={onClose}>
      {error && <Fault error={error} onRetry={reload} />}
      {check === undefined && !error && <Loading rows={3} />}
      {check && (
        <>
          {check.isWhole ? (
            <p class="notice good">
              All {formatNumber(check.entries)} entries fit: none was changed or taken out.
              {check.removed > 0 &&
                ` ${formatNumber(check.removed)} older ones were removed, as audit.retentionDays says.`}
            </p>
          ) : (
            <p class="fault" role="alert">
              Entry {check.firstBroken} does not fit the one before it: something was changed or taken out.
            </p>
          )}
          <div class="field">
            <span class="label">Hash of the last entry, {formatNumber(check.removed + check.entries)}</span>
            <Copy text={check.lastHash} />
            <p class="hint">Keep it elsewhere: it proves later that nothing was cut off the end.</p>
          </div>
        </>
      )}
    </Dialog>
  )
}
