import type { Setting } from '@pillion/schema'
import { formatValue } from '../../format.ts'
import { Copy, Drawer, Facts } from '../../parts/index.ts'

export function SettingDrawer({ setting, closeHref }: { setting: Setting; closeHref: string }) {
  const { key, value, defaultValue, source, description, isSecret, needsRestart } = setting
  const shown = (each: unknown) => (formatValue(each) === '' ? 'empty' : <Copy text={formatValue(each)} />)
  return (
    <Drawer title={key} closeHref={closeHref}>
      <p>{description}</p>
      <h3>In force</h3>
      <Facts
        of={[
          ['Value', isSecret ? 'secret' : shown(value)],
          ['Default', isSecret ? undefined : shown(defaultValue)],
          ['Comes from', source],
          ['Takes effect', needsRestart ? 'with a restart' : 'with a reload (SIGHUP)'],
        ]}
      />
      <h3>To change it</h3>
      <p class="label">In the configuration file</p>
      <pre>{toYaml(key, isSecret ? '…' : value)}</pre>
      <p class="label">Or in the environment</p>
      <Copy text={variableOf(key)} />
    </Drawer>
  )
}

/** `limits.connectionsMax` → `PILLION_LIMITS__CONNECTIONSMAX`, as the configuration reads it. */
function variableOf(key: string): string {
  return `PILLION_${key.replaceAll('.', '__').toUpperCase()}`
}

/** The key at its place in the file, with the value that is in force. */
function toYaml(key: string, value: unknown): string {
  const lines = key.split('.').map((part, depth) => `${'  '.repeat(depth)}${part}:`)
  return `${lines.join('\n')} ${JSON.stringify(value)}`
}
