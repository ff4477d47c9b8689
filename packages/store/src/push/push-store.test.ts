import { testPushStores } from '../contracts.fixture.ts'
import { openFile, openMemory } from '../store.fixture.ts'

testPushStores('SQLite file', openFile)
testPushStores('SQLite in memory', openMemory)
