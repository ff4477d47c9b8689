import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KiiPushMessageBuilder } from './push-message-builder.ts'

test('all four channels are on unless switched off (P 14.4)', () => {
  const on = { enabled: true }
  assert.deepEqual(new KiiPushMessageBuilder().build(), { data: {}, gcm: on, apns: on, jpush: on, mqtt: on })
  const off = new KiiPushMessageBuilder({ a: 1 }).enableGcm(false).enableApns(false).enableJpush(false)
  const { data, gcm, apns, jpush, mqtt } = off.enableMqtt(false).build()
  assert.deepEqual(data, { a: 1 })
  assert.deepEqual([gcm, apns, jpush, mqtt], Array(4).fill({ enabled: false }))
})

test('setters write the members of their channel and return the builder (P 8.1, 14.4)', () => {
  const message = new KiiPushMessageBuilder({ text: 'hi' })
    .setSendToDevelopment(false)
    .setSendToProduction(true)
    .gcmData({ g: 'x' })
    .gcmCollapseKey('key')
    .gcmDelayWhileIdle(true)
    .gcmTimeToLive(60)
    .gcmRestrictedPackageName('org.example')
    .apnsData({ a: 1 })
    .apnsAlert({ title: 'T' })
    .apnsSound('bell')
    .apnsBadge(2)
    .apnsContentAvailable(1)
    .apnsCategory('news')
    .apnsMutableContent(1)
    .jpushData({ j: true })
    .mqttData({ m: 1 })
    .build()
  assert.deepEqual(message, {
    data: { text: 'hi' },
    sendToDevelopment: false,
    sendToProduction: true,
    gcm: {
      enabled: true,
      data: { g: 'x' },
      collapseKey: 'key',
      delayWhileIdle: true,
      timeToLive: 60,
      restrictedPackageName: 'org.example',
    },
    apns: {
      enabled: true,
      data: { a: 1 },
      alert: { title: 'T' },
      sound: 'bell',
      badge: 2,
      contentAvailable: true,
      category: 'news',
      mutableContent: true,
    },
    jpush: { enabled: true, data: { j: true } },
    mqtt: { enabled: true, data: { m: 1 } },
  })
})

test('contentAvailable and mutableContent go again with 0', () => {
  const builder = new KiiPushMessageBuilder().apnsContentAvailable(1).apnsMutableContent(1)
  assert.deepEqual(builder.apnsContentAvailable(0).apnsMutableContent(0).build().apns, { enabled: true })
})

test('what was built does not change with the builder', () => {
  const builder = new KiiPushMessageBuilder()
  const first = builder.build()
  builder.enableMqtt(false)
  assert.equal(first.mqtt.enabled, true)
})
