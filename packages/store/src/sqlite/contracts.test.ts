import { testAccountStore } from '../../../accounts/src/ports/account-store.contract.ts'
import { testFleetStores, testLedgerStore, testPushStores } from '../contracts.fixture.ts'
import { testNodeStores } from '../nodes/nodes.fixture.ts'
import { testOperatorStores } from '../operators/operators.fixture.ts'
import { openFile, openMemory } from '../store.fixture.ts'
import { testWriters } from '../writers.fixture.ts'

for (const [name, open] of [
  ['SQLite file', openFile],
  ['SQLite in memory', openMemory],
] as const) {
  testFleetStores(name, open)
  testAccountStore(name, open)
  testPushStores(name, open)
  testNodeStores(name, open)
  testOperatorStores(name, open)
  testLedgerStore(name, open)
}
testWriters('one node on SQLite', async () => {
  const store = await openFile()
  return { nodes: [store], close: store.close }
})
