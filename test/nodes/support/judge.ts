import assert from 'node:assert/strict'
import type { Report } from './traffic.ts'

/** Says what became of all messages, and holds what is promised whatever happens (docs/guides/many-nodes.md). */
export function judge(what: string, report: Report, { isExact = true, countedTwiceMax = 0 } = {}): void {
  console.log(`${what}: ${describe(report)}`)
  assert.ok(report.sent > 100, 'there was hardly any traffic')
  assert.equal(report.doubled, 0, 'doubled')
  assert.equal(report.disordered, 0, 'out of order')
  // What may not have reached a node may have been counted by one.
  if (isExact && report.unsure === 0 && countedTwiceMax === 0)
    assert.equal(report.delivered + report.counted, report.sent)
  // Every message that is lost is counted.
  assert.ok(report.lost <= report.counted, `${report.lost} lost, ${report.counted} counted`)
  if (isExact)
    assert.ok(report.counted <= report.lost + report.unsure + countedTwiceMax, `${report.counted} counted`)
}

/** Only absent vehicles missed anything: of what their mailboxes cannot hold, the oldest. */
export function assertNothingLost({ dropped }: Report): void {
  const reasons = Object.keys(dropped).filter((reason) => reason !== 'mailbox_overflow')
  assert.deepEqual(reasons, [])
}

function describe(report: Report): string {
  const {
    sent,
    delivered,
    fromMailbox,
    lost,
    unsure,
    doubled,
    late,
    latestMilliseconds,
    dropped,
    comeAgain,
  } = report
  const reasons = Object.entries(dropped).map(([reason, count]) => `${reason} ${count}`)
  const behind = late > 0 ? ` (up to ${(latestMilliseconds / 1_000).toFixed(1)} s)` : ''
  return (
    `${sent} sent, ${delivered} delivered (${fromMailbox} kept before), ${lost} lost and counted as ` +
    `${reasons.join(', ') || 'nothing'}; ${unsure} that may not have reached a node, ${doubled} doubled, ` +
    `${late} late${behind}, ${comeAgain} kept ones offered twice`
  )
}
