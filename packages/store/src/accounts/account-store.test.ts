import { testAccountStore } from '../../../accounts/src/ports/account-store.contract.ts'
import { openFile, openMemory } from '../store.fixture.ts'

testAccountStore('SQLite file', openFile)
testAccountStore('SQLite in memory', openMemory)
