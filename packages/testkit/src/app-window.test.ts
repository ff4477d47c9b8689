import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import type { AppScript } from './fake-app.ts'
import { FakeNetwork } from './fake-network.ts'

const vin = 'VF3TEST0000000001'

async function open(script: AppScript = (page) => page.announce()) {
  const network = new FakeNetwork()
  const partner = network.addPartner('acme')
  const apps = [{ idApp: 'a', uid: 'acme' }]
  const vehicle = network.addVehicle({ vin, apps, scripts: { a: script } })
  return { network, partner, vehicle, page: await vehicle.open('a') }
}

describe('the window of an app', () => {
  test('runs the app’s own script, which finds what the head unit injects (W 5.3)', async () => {
    const { partner, vehicle } = await open((page) =>
      page.runScript(`
        var speeds = [Car.GetSpeed()]
        Car.addEventListener('driverDistractionOn', function () { speeds.push(Car.GetSpeed(), this === Car, True) })
        window.addEventListener('message', function (event) {
          if (event.source === window.parent && event.data.value)
            parent.postMessage({ type: 'WebPortal.onSendNotificationRequest', value: speeds }, '*')
        })
        parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')`),
    )
    vehicle.host.setVehicle({ speedKmh: 90 })
    partner.send(vin, 'a')
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(partner.received[0]?.content, [0, 90, true, true])
  })

  test('hears messages with `onmessage` too, as every window does', async () => {
    const { partner, page } = await open((page) =>
      page.runScript(`
        var heard = []
        window.onmessage = function (event) { heard.push(event.data.type, this === window) }
        parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')`),
    )
    partner.send(vin, 'a')
    page.runScript('onmessage = null')
    partner.send(vin, 'a')
    assert.equal(
      page.runScript('heard.join()'),
      'WebPortal.onCurrentNotificationReceived,true,WebPortal.MQTT.evt.messageReceived,true',
    )
  })

  test('has timers on the network’s clock, which end with the app', async () => {
    const { network, vehicle, page } = await open()
    const happened: string[] = []
    const { window } = page
    const cleared = window.setTimeout(() => happened.push('cleared'), 10)
    window.setTimeout(() => happened.push('once'), 1_000)
    const interval = window.setInterval(() => happened.push('tick'), 400)
    window.clearTimeout(cleared)
    network.clock.advance(1_000)
    assert.deepEqual(happened, ['tick', 'tick', 'once'])
    window.clearInterval(interval)
    window.setInterval(() => happened.push('never'), 1)
    vehicle.host.setApps([])
    network.clock.advance(100)
    happened.length = 0
    network.clock.advance(60_000)
    assert.deepEqual(happened, [])
  })

  test('an interval ends with a `clearInterval` from within', async () => {
    const { network, page } = await open()
    let ticks = 0
    const interval = page.window.setInterval(() => {
      ticks += 1
      page.window.clearInterval(interval)
    }, 10)
    network.clock.advance(100)
    assert.equal(ticks, 1)
  })

  test('has a localStorage that outlasts the document (W 4.2)', async () => {
    const { page } = await open()
    const before = page.window
    before.localStorage.setItem('n', 1)
    page.reload()
    assert.notEqual(page.window, before)
    assert.deepEqual([page.window.localStorage.getItem('n'), page.window.localStorage.length], ['1', 1])
    page.window.localStorage.removeItem('n')
    assert.equal(page.window.localStorage.getItem('n'), null)
  })

  test('leaves out what the head unit’s wave does not have (W 10)', async () => {
    const network = new FakeNetwork()
    network.addPartner('acme')
    const vehicle = network.addVehicle({ vin, apps: [{ idApp: 'a', uid: 'acme' }], signals: { wave: 3 } })
    const { window } = await vehicle.open('a')
    assert.equal(window.Car.GetBatteryLevel, undefined)
    assert.equal(typeof window.Navigation.LaunchGuidance, 'function')
  })

  test('what a listener or a handler throws stops nobody else, and is not lost', async (t) => {
    const { partner, vehicle, page } = await open()
    // Uncaught errors fail a test; here they are wanted.
    const errors: string[] = []
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', (error) => errors.push(error.message))
    t.after(() => {
      process.removeAllListeners('uncaughtException')
      for (const listener of listeners) process.on('uncaughtException', listener)
    })
    const heard: string[] = []
    const fail = (where: string) => () => {
      throw new Error(where)
    }
    page.window.addEventListener('message', fail('listener'))
    page.window.addEventListener('message', () => heard.push('message'))
    page.window.Car.addEventListener('driverDistractionOn', fail('handler'))
    page.window.Car.addEventListener('driverDistractionOn', () => heard.push('event'))
    partner.send(vin, 'a', 1)
    vehicle.host.setVehicle({ speedKmh: 90 })
    while (errors.length < 3) await once(process, 'uncaughtException')
    assert.deepEqual(heard, ['message', 'message', 'event'])
    assert.deepEqual(errors.sort(), ['handler', 'listener', 'listener'])
  })
})
