import type { Identity } from '@pillion/broker'
import { openSqlite } from '@pillion/store'
import { type AccountLimits, Accounts } from './accounts.ts'
import type { Grants } from './grants.ts'
import type { AccountStore } from './ports/account-store.ts'

export interface OpenedAccounts extends AsyncDisposable {
  accounts: Accounts
  store: AccountStore
}

/** No accounts, on a database of their own. */
export async function openAccounts(now?: () => number, limits?: AccountLimits): Promise<OpenedAccounts> {
  const { accounts: store, close } = await openSqlite({ file: ':memory:' })
  const accounts = await Accounts.open({
    store,
    ...(now === undefined ? {} : { now }),
    ...(limits === undefined ? {} : { limits }),
  })
  return {
    accounts,
    store,
    [Symbol.asyncDispose]: async () => {
      accounts.close()
      await close()
    },
  }
}

export function grants(publish: readonly string[], subscribe: readonly string[] = []): Grants {
  return { publish, subscribe }
}

export function identityOf(name: string): Identity {
  return { key: `account:${name}`, role: 'account', name }
}
