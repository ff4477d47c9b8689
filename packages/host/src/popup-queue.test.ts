import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ManualClock } from '@pillion/testkit'
import { defaultHostLimits } from './host-limits.ts'
import { Journal } from './journal.ts'
import { PopupQueue } from './popup-queue.ts'
import { alpha, beta, TestHost } from './test-host.ts'

describe('W 7.1 popup layer', () => {
  test('is drawn over whatever module is active', () => {
    const bench = new TestHost()
    bench.host.showModule('navigation')
    bench.sendPopup('alpha', { popupText: 'First line\nзweite' })
    assert.deepEqual(bench.host.view.popup, {
      idApp: 'alpha',
      appName: 'Alpha',
      kind: 'partner',
      text: 'First line\nзweite',
      button: true,
      closesAt: bench.clock.now() + 15_000,
    })
  })

  for (const popupBtn of [true, undefined, 'false', null]) {
    test(`shows the OK button with popupBtn ${JSON.stringify(popupBtn)} (W 3.2)`, () => {
      const bench = new TestHost()
      bench.sendPopup('alpha', { popupBtn })
      assert.equal(bench.host.view.popup?.button, true)
    })
  }

  test('hides the OK button with popupBtn false; then OK does nothing (W 3.2)', () => {
    const bench = new TestHost()
    bench.sendPopup('alpha', { popupBtn: false })
    assert.equal(bench.host.view.popup?.button, false)
    bench.host.pressOk()
    assert.ok(bench.host.view.popup)
    bench.host.pressReturn()
    assert.equal(bench.host.view.popup, undefined)
  })

  test('closes on OK, on Return, on Back, and by itself after 15 s', () => {
    for (const close of [
      (bench: TestHost) => bench.host.pressOk(),
      (bench: TestHost) => bench.host.pressReturn(),
      (bench: TestHost) => bench.host.pressBack(),
      (bench: TestHost) => bench.clock.advance(1),
    ]) {
      const bench = new TestHost()
      bench.sendPopup('alpha')
      bench.clock.advance(14_999)
      assert.ok(bench.host.view.popup)
      close(bench)
      assert.equal(bench.host.view.popup, undefined)
      assert.equal(bench.host.view.popupsOutstanding, 0)
    }
  })

  test('Back closes the popup and leaves the app below it alone', () => {
    const bench = new TestHost()
    bench.launch('alpha')
    bench.sendPopup('beta')
    bench.host.pressBack()
    assert.equal(bench.stateOf('alpha'), 'foreground')
  })

  test('a popup appears no earlier than 20 s after the previous one appeared', () => {
    const bench = new TestHost()
    bench.sendPopup('alpha', { popupText: 'first' })
    bench.clock.advance(1_000)
    bench.host.pressReturn()
    bench.sendPopup('alpha', { popupText: 'second' })
    bench.clock.advance(18_999)
    assert.equal(bench.host.view.popup, undefined)
    assert.equal(bench.host.view.popupsOutstanding, 1)
    bench.clock.advance(1)
    assert.equal(textOf(bench), 'second')
  })

  test('a popup appears at once when 20 s have passed', () => {
    const bench = new TestHost()
    bench.sendPopup('alpha', { popupText: 'first' })
    bench.clock.advance(20_000)
    bench.sendPopup('alpha', { popupText: 'second' })
    assert.equal(textOf(bench), 'second')
  })

  test('first in, first shown, for all apps together, at their pace', () => {
    const bench = new TestHost()
    const seen: [number, string][] = []
    const start = bench.clock.now()
    for (const [idApp, popupText] of [
      ['alpha', 'one'],
      ['beta', 'two'],
      ['alpha', 'three'],
    ] as const) {
      bench.sendPopup(idApp, { popupText })
    }
    for (let second = 0; second < 60; second++) {
      const text = textOf(bench)
      if (text && seen.at(-1)?.[1] !== text) seen.push([bench.clock.now() - start, text])
      bench.clock.advance(1_000)
    }
    assert.deepEqual(seen, [
      [0, 'one'],
      [20_000, 'two'],
      [40_000, 'three'],
    ])
  })

  test('five may be outstanding, the displayed one included; the sixth is refused', () => {
    const bench = new TestHost()
    for (let n = 1; n <= 5; n++) bench.sendPopup('alpha')
    assert.equal(bench.host.view.popupsOutstanding, 5)
    assert.equal(bench.pendingOf('alpha'), 0)
    bench.sendPopup('alpha')
    assert.equal(bench.host.view.popupsOutstanding, 5)
    assert.equal(bench.pendingOf('alpha'), 1)
  })

  test('the displayed popup counts until it closes', () => {
    const bench = new TestHost()
    for (let n = 1; n <= 5; n++) bench.sendPopup('beta')
    bench.host.pressReturn()
    bench.sendPopup('alpha')
    assert.equal(bench.host.view.popupsOutstanding, 5)
    assert.equal(bench.pendingOf('alpha'), 0)
  })

  test('an app that is unloaded keeps the popups its back end asked for', () => {
    const bench = new TestHost()
    bench.launch('alpha')
    bench.sendPopup('alpha')
    bench.sendPopup('alpha')
    bench.host.reloadApp('alpha')
    bench.clock.advance(100)
    assert.equal(bench.host.view.popupsOutstanding, 2)
  })

  test('an app taken off the wall takes its popups with it, without an outcome', () => {
    const bench = new TestHost({ apps: [alpha, beta] })
    bench.sendPopup('alpha')
    bench.sendPopup('beta', { popupText: 'stays' })
    bench.sendPopup('alpha')
    bench.host.setApps([beta])
    assert.equal(bench.host.view.popup, undefined)
    assert.equal(bench.host.view.popupsOutstanding, 1)
    bench.clock.advance(20_000)
    assert.equal(textOf(bench), 'stays')
  })

  test('times and capacity are settable (W 16)', () => {
    const bench = new TestHost({
      limits: { popupDisplaySeconds: 0.1, popupSpacingSeconds: 0.2, popupQueueMax: 2 },
    })
    for (let n = 1; n <= 3; n++) bench.sendPopup('alpha', { popupText: String(n) })
    assert.equal(bench.host.view.popupsOutstanding, 2)
    bench.clock.advance(100)
    assert.equal(bench.host.view.popup, undefined)
    bench.clock.advance(100)
    assert.equal(textOf(bench), '2')
  })

  test('a popup keeps its own time when the one before it closed early (W 16)', () => {
    const bench = new TestHost({ limits: { popupSpacingSeconds: 1 } })
    bench.sendPopup('alpha', { popupText: 'first' })
    bench.sendPopup('alpha', { popupText: 'second' })
    bench.host.pressReturn()
    bench.clock.advance(15_999)
    assert.equal(textOf(bench), 'second')
    bench.clock.advance(1)
    assert.equal(textOf(bench), undefined)
  })

  test('a popup on screen is not pushed off it by the next, however short the spacing (W 16)', () => {
    const bench = new TestHost({ limits: { popupSpacingSeconds: 1 } })
    for (const popupText of ['first', 'second']) bench.sendPopup('alpha', { popupText })
    bench.clock.advance(14_999)
    assert.equal(textOf(bench), 'first')
    bench.clock.advance(1)
    assert.equal(textOf(bench), 'second')
  })

  test('however many wait, one timer waits for them', () => {
    const bench = new TestHost()
    bench.sendPopup('alpha')
    bench.host.pressReturn()
    for (let n = 1; n <= 4; n++) bench.sendPopup('alpha')
    assert.equal(bench.clock.waiting, 1)
  })

  test('a clock put back by an hour holds no popup up for longer than 20 s', () => {
    const bench = new TestHost()
    bench.sendPopup('alpha', { popupText: 'first' })
    bench.host.pressReturn()
    bench.clock.advance(-3_600_000)
    bench.sendPopup('alpha', { popupText: 'second' })
    bench.clock.advance(19_999)
    assert.equal(textOf(bench), undefined)
    bench.clock.advance(1)
    assert.equal(textOf(bench), 'second')
  })

  test('the next popup comes, whatever the outcome of one led to', () => {
    const clock = new ManualClock()
    const journal = new Journal(
      clock,
      () => {},
      () => {},
    )
    const queue = new PopupQueue({ clock, limits: defaultHostLimits, journal, changed: () => {} })
    const ask = (text: string, closed: () => void) =>
      queue.ask({ idApp: 'alpha', kind: 'partner', text, button: true, shown: () => {}, closed })
    ask('first', () => {
      throw new RangeError('broken outcome')
    })
    ask('second', () => {})
    assert.throws(() => queue.pressOk(), /broken outcome/)
    clock.advance(20_000)
    assert.equal(queue.displayed?.request.text, 'second')
  })

  test('driving does not suppress a popup of a back end (W 7.2)', () => {
    const bench = new TestHost()
    bench.host.setVehicle({ speedKmh: 90 })
    bench.sendPopup('alpha')
    assert.ok(bench.host.view.popup)
  })
})

function textOf(bench: TestHost): string | undefined {
  return bench.host.view.popup?.text
}
