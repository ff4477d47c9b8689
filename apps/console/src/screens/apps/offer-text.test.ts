import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCountries, readNames, writeNames } from './offer-text.ts'

test('names are read a line each, by language, and written the same way (W 11.2)', () => {
  const names = { de: 'Parken = gut', 'pt-BR': 'Estacionar' }
  assert.deepEqual(readNames(' de = Parken = gut\n\npt-br=Estacionar\n'), { value: names })
  assert.deepEqual(readNames(writeNames(names)), { value: names })
  assert.deepEqual([readNames(''), writeNames()], [{ value: {} }, ''])
  for (const line of ['Parken', 'de=', '=Parken', 'd e=Parken'])
    assert.match(readNames(`fr=Garer\n${line}`).fault ?? '', new RegExp(`not “${line}”`))
})

test('countries are read whatever is between them, and what is none is named (W 11.2)', () => {
  assert.deepEqual(readCountries('fr, DE;gb'), { value: ['FR', 'DE', 'GB'] })
  assert.deepEqual(readCountries(''), { value: [] })
  assert.match(readCountries('FR, Spain').fault ?? '', /code Spain/)
})
