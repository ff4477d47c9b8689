import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HeadUnit } from './support/head-unit.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

let stage: HeadUnitStage
before(async () => {
  stage = await HeadUnitStage.open()
})
after(() => stage?.close())

test('the printed address signs in; the credentials vanish from the address bar and from the history', async () => {
  const headUnit = await stage.openHeadUnit()
  assert.doesNotMatch(headUnit.page.url(), /password|vin=|#/)
  // There is no earlier entry of the page that has them.
  await headUnit.page.goBack()
  assert.equal(headUnit.page.url(), 'about:blank')
  await headUnit.close()
})

test('a reload keeps the session, another tab has none', async () => {
  const headUnit = await stage.openHeadUnit()
  await headUnit.page.reload()
  await headUnit.connected()
  const other = await headUnit.page.context().newPage()
  await other.goto(headUnit.page.url())
  await other.getByRole('button', { name: 'Start' }).waitFor()
  await headUnit.close()
})

test('VIN and password in the form sign in', async () => {
  const { address, password } = await credentials()
  const headUnit = await HeadUnit.open(stage.browser, address)
  await headUnit.page.getByLabel('VIN').fill(stage.vin)
  await headUnit.page.getByLabel('Password').fill(password)
  await headUnit.page.getByRole('button', { name: 'Start' }).click()
  await headUnit.connected()
  await headUnit.panel.getByText(stage.vin).waitFor()
  await headUnit.close()
})

const refused = [
  { what: 'a wrong password', vin: 'PILLIONDEMO000001', text: /no vehicle with this VIN and password/ },
  { what: 'an unknown VIN', vin: 'PILLIONDEMO000009', text: /no vehicle with this VIN and password/ },
  { what: 'a VIN of 16 characters', vin: 'PILLIONDEMO00000', text: /17 letters and digits/ },
]
for (const { what, vin, text } of refused) {
  test(`${what} is refused with a sentence, and the form keeps the VIN`, async () => {
    const { address } = await credentials()
    const headUnit = await HeadUnit.open(stage.browser, address)
    await headUnit.page.getByLabel('VIN').fill(vin)
    await headUnit.page.getByLabel('Password').fill('wrong')
    await headUnit.page.getByRole('button', { name: 'Start' }).click()
    await headUnit.page.getByRole('alert').filter({ hasText: text }).waitFor()
    assert.equal(await headUnit.page.getByLabel('VIN').inputValue(), vin)
    // Nothing of it is kept for the next visit of this tab.
    await headUnit.page.reload()
    await headUnit.page.getByRole('button', { name: 'Start' }).waitFor()
    assert.equal(await headUnit.page.getByRole('alert').count(), 0)
    await headUnit.close()
  })
}

test('signing out forgets the session', async () => {
  const headUnit = await stage.openHeadUnit()
  await headUnit.page.getByRole('button', { name: 'Sign out' }).click()
  await headUnit.page.getByLabel('Password').waitFor()
  await headUnit.page.reload()
  await headUnit.page.getByLabel('Password').waitFor()
  await headUnit.close()
})

async function credentials(): Promise<{ address: string; password: string }> {
  const [address = '', fragment] = (await stage.address()).split('#')
  return { address, password: new URLSearchParams(fragment).get('password') ?? '' }
}
