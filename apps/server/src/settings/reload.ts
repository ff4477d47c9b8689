import type { Logger } from 'pino'
import type { Parts } from '../compose.ts'
import { ConfigError } from '../config.ts'

/** Hands what a reload has changed to those who keep a copy of it. */
export function applySettings(
  { settings, broker, listeners, mailbox, push, ledger }: Parts,
  log: Logger,
): void {
  settings.onChange(({ log: { level }, ledger: recorded, limits }) => {
    log.level = level
    broker.useLimits(limits)
    listeners.useLimits()
    mailbox.useLimits(limits)
    push.useLimits(limits)
    ledger.useSettings({ ...recorded, limits })
  })
}

/** Reads the configuration and the certificates again; log and audit log say what became of it. */
export async function reloadSettings({ settings, tls, audit }: Parts, log: Logger): Promise<void> {
  await tls.refresh()
  const details = read(settings, log)
  try {
    await audit.write({ actor: 'server', action: 'configuration.reload', details })
  } catch (error) {
    log.error({ err: error }, 'the reload is not in the audit log')
  }
}

function read(settings: Parts['settings'], log: Logger): Record<string, unknown> {
  try {
    const { changed, needRestart } = settings.reload()
    const isSame = changed.length === 0
    log.info({ changed }, isSame ? 'configuration read again: nothing to change' : 'configuration reloaded')
    if (needRestart.length > 0) log.warn({ keys: needRestart }, 'changed, but in force only after a restart')
    return { changed, needRestart }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const { path, message } = error
    log.error({ path, error: message }, 'configuration not reloaded: the old one stays in force')
    return { path, error: message }
  }
}
