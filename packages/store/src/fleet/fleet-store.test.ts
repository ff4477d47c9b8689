import { testFleetStores } from '../contracts.fixture.ts'
import { openFile, openMemory } from '../store.fixture.ts'

testFleetStores('SQLite file', openFile)
testFleetStores('SQLite in memory', openMemory)
