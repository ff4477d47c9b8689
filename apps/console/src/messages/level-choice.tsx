import { type LedgerLevels, ledgerLevels } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { type ProblemError, send } from '../api.ts'
import { asProblem, Choice, Tag, tell, useLoad } from '../parts/index.ts'
import { may } from '../session.ts'

interface LevelChoiceProps {
  readonly of: 'partners' | 'pushApps'
  readonly name: string
}

const meanings: Record<string, string> = {
  off: 'off: nothing is recorded',
  recent: 'recent: the newest, in memory',
  durable: 'durable: in the store',
}

/** How much of its messages is recorded. */
export function LevelChoice({ of, name }: LevelChoiceProps) {
  const { value: levels, reload } = useLoad<LedgerLevels>('/ledger-levels')
  const [error, setError] = useState<ProblemError>()
  // Undefined: the default of the configuration.
  const level = levels?.[of][name]
  const inForce = levels?.defaults.level
  const choose = async (chosen: string) => {
    setError(undefined)
    try {
      await send('PUT', '/ledger-levels', { [of]: { [name]: chosen === '' ? null : chosen } })
      tell(`${name}: what is recorded is now ${chosen === '' ? 'the default' : chosen}.`)
      reload()
    } catch (thrown) {
      setError(asProblem(thrown))
    }
  }
  if (!may('admin')) return <Tag>{level ?? `${inForce ?? ''} (default)`}</Tag>
  return (
    <>
      <Choice
        label="Ledger level"
        value={level ?? ''}
        options={[
          ['', inForce === undefined ? 'the default' : `the default (${inForce})`],
          ...ledgerLevels.map((each) => [each, meanings[each] ?? each] as const),
        ]}
        onChange={(chosen) => void choose(chosen)}
      />
      {error && (
        <p class="hint bad" role="alert">
          {error.message}
        </p>
      )}
    </>
  )
}
