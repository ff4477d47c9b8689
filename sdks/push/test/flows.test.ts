import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KiiUser } from '../src/user.ts'
import { closeAfter, Inbox, PushStage } from './push-stage.ts'

const stage = await PushStage.open()

test('a user gets what is sent through a topic, what happens in a bucket, and direct pushes', async () => {
  const { kii, user } = await stage.userDevice()
  const inbox = new Inbox()
  closeAfter(await user.pushInstallation().connect(inbox))
  const topic = await user.topicWithName('news').save()
  const bucket = user.bucketWithName('notes')
  await user.pushSubscription().subscribe(topic)
  await user.pushSubscription().subscribe(bucket)
  assert.deepEqual((await user.pushSubscription().isSubscribed(topic))[2], true)

  const message = new kii.KiiPushMessageBuilder({ text: 'hello' }).mqttData({ minutes: 5 }).build()
  await topic.sendMessage({ ...message, pushMessageType: 'greeting' })
  const { kind, payload } = await inbox.next()
  assert.equal(kind, 'user')
  assert.deepEqual(pick(payload, 'text', 'minutes', 'type', 'topic', 'sender'), {
    text: 'hello',
    minutes: 5,
    type: 'greeting',
    topic: 'news',
    sender: user.getID(),
  })

  const note = bucket.createObject()
  note.set('text', 'buy rope')
  await note.save()
  const event = await inbox.next()
  assert.equal(event.kind, 'app')
  assert.equal(event.payload.type, 'DATA_OBJECT_CREATED')
  const read = await kii.KiiObject.objectWithURI(String(event.payload.sourceURI)).refresh()
  assert.equal(read.get('text'), 'buy rope')
  assert.equal(read.getModified(), event.payload.modifiedAt)

  await stage.sendDirect(`users/${user.getID()}`, { text: 'for you', bucketID: 'not really' })
  const direct = await inbox.next()
  assert.equal(direct.kind, 'direct')
  assert.equal(direct.payload.text, 'for you')

  await user.pushSubscription().unsubscribe(topic)
  assert.deepEqual((await user.pushSubscription().isSubscribed(topic))[2], false)
  await topic.sendMessage(message)
  await stage.sendDirect(`users/${user.getID()}`, { text: 'the next one' })
  assert.equal((await inbox.next()).payload.text, 'the next one')
})

test('a thing gets the same, and is online meanwhile', async () => {
  const { kii, context } = await stage.thingDevice()
  const inbox = new Inbox()
  const thing = context.getAuthenticatedThing()
  const connection = closeAfter(await context.pushInstallation().connect(inbox))
  const topic = await thing.topicWithName('orders').save()
  await thing.pushSubscription().subscribe(topic)
  await topic.sendMessage(new kii.KiiPushMessageBuilder({ light: true }).build())
  assert.deepEqual(pick((await inbox.next()).payload, 'light', 'sender'), {
    light: true,
    sender: thing.getThingID(),
  })
  await stage.sendDirect(`things/${thing.getThingID()}`, { text: 'for the lamp' })
  assert.equal((await inbox.next()).kind, 'direct')
  await thing.refresh()
  assert.equal(thing.isOnline(), true)
  await connection.close()
  assert.equal(connection.status.state, 'closed')
})

test('an owner subscribes its thing and sends to it', async () => {
  const { kii, vendorThingID, context } = await stage.thingDevice()
  const inbox = new Inbox()
  closeAfter(await context.pushInstallation().connect(inbox))
  const owner = await kii.KiiUser.userWithUsername(stage.name(), 'harbour-9').register()
  await kii.KiiThing.registerOwnerWithVendorThingID(vendorThingID, owner).catch(async (error: Error) => {
    // Where the app wants the thing's password, which is the default.
    assert.match(error.message, /UNAUTHORIZED/)
    await kii.KiiThing.registerOwnerWithVendorThingIDAndPassword(vendorThingID, owner, 'secret')
  })
  const thing = await kii.KiiThing.loadWithVendorThingID(vendorThingID)
  assert.deepEqual(await thing.isOwner(owner), [thing, owner, true])
  const topic = await thing.topicWithName('orders').save()
  const [subscription, target] = await thing.pushSubscription().subscribe(topic)
  assert.equal(subscription.getSubscriber(), thing)
  assert.equal(target, topic)
  await topic.sendMessage({ mqtt: { enabled: true, data: { light: false } } })
  assert.deepEqual(pick((await inbox.next()).payload, 'light', 'sender'), {
    light: false,
    sender: owner.getID(),
  })
})

test('the first flow again with callbacks alone', async () => {
  const kii = stage.device()
  const inbox = new Inbox()
  const topicName = await new Promise<string>((resolve, reject) => {
    const failure = (...values: unknown[]) => reject(new Error(String(values)))
    kii.KiiUser.userWithUsername(stage.name(), 'harbour-9').register({
      success(user) {
        user.pushInstallation().installMqtt(true, {
          success({ installationID, installationRegistrationID }) {
            assert.ok(installationID && installationRegistrationID)
            user.pushInstallation().getMqttEndpoint(installationID, {
              success(endpoint) {
                assert.equal(typeof endpoint['X-MQTT-TTL'], 'number')
                user.topicWithName('news').save({
                  success: (topic) =>
                    user.pushSubscription().subscribe(topic, {
                      success: (_subscription, subscribed) => resolve(subscribed.getName()),
                      failure,
                    }),
                  failure,
                })
              },
              failure,
            })
          },
          failure,
        })
      },
      failure,
    })
  })
  assert.equal(topicName, 'news')
  const user = kii.Kii.getCurrentUser() as KiiUser
  closeAfter(await user.pushInstallation().connect({ ...inbox, development: true }))
  await user
    .topicWithName('news')
    .sendMessage({ data: { n: 1 }, mqtt: { enabled: true }, sendToDevelopment: false })
  const topic = user.topicWithName('news')
  const sent = Promise.withResolvers<unknown[]>()
  const message = { data: { n: 2 }, mqtt: { enabled: true } }
  topic.sendMessage(message, { success: (...values) => sent.resolve(values) })
  assert.deepEqual(await sent.promise, [topic, message])
  // The first was for production only.
  assert.equal((await inbox.next()).payload.n, 2)
})

test('a group of two: both members get what one sends', async () => {
  const one = await stage.userDevice()
  const two = await stage.userDevice()
  const members = [one.kii.KiiUser.userWithID(two.user.getID() ?? '')]
  const group = await one.kii.KiiGroup.groupWithNameAndMembers('crew', members).save()
  const topic = await group.topicWithName('timetable').save()
  const inboxes = [new Inbox(), new Inbox()]
  for (const [index, { kii, user }] of [one, two].entries()) {
    closeAfter(await user.pushInstallation().connect(inboxes[index]))
    const groupTopic = kii.KiiGroup.groupWithID(group.getID() ?? '').topicWithName('timetable')
    await user.pushSubscription().subscribe(groupTopic)
  }
  await topic.sendMessage({ mqtt: { enabled: true, data: { text: 'Ferry 3 is late' } } })
  for (const inbox of inboxes) {
    const { payload } = await inbox.next()
    assert.equal(payload.text, 'Ferry 3 is late')
    assert.equal(payload.objectScopeGroupID, group.getID())
  }
  assert.equal((await group.getMemberList())[1].length, 2)
  assert.deepEqual(
    (await two.user.memberOfGroups())[1].map((each) => each.getName()),
    ['crew'],
  )
})

test('rights on a topic are given and taken by its access control list', async () => {
  const admin = await stage.admin()
  const { kii, user } = await stage.userDevice()
  const { KiiACLAction, KiiACLEntry } = kii
  const topic = await admin.topicWithName('alarms').save()
  const message = { mqtt: { enabled: true } }
  const asUser = kii.Kii.topicWithName('alarms')
  await assert.rejects(asUser.sendMessage(message), /send messages failed. statusCode: 401/)
  const entry = KiiACLEntry.entryWithSubject(user, KiiACLAction.KiiACLSendMessageToTopic)
  const acl = topic.acl()
  acl.putACLEntry(entry)
  await acl.save()
  await asUser.sendMessage(message)
  const [, entries] = await acl.listACLEntries()
  const own = entries.find((each) => each.getSubject() instanceof Object && each.getAction() === 7)
  assert.ok(own)
  entry.setGrant(false)
  acl.putACLEntry(entry)
  await acl.save()
  await assert.rejects(asUser.sendMessage(message), /statusCode: 401/)
})

test('people: pseudo user, identity, update, password, log-in, finding', async () => {
  const kii = stage.device()
  const pseudo = await kii.KiiUser.registerAsPseudoUser(undefined, { colour: 'red' })
  assert.ok(pseudo.isPseudoUser())
  const name = stage.name()
  const user = await pseudo.putIdentity({ username: name }, 'harbour-9')
  assert.ok(!user.isPseudoUser())
  await assert.rejects(user.putIdentity({ username: name }, 'harbour-9'), /identity already/)
  user.setDisplayName('Mia')
  await user.update({ emailAddress: `${name}@harbour.example` }, undefined, { size: 4 }, ['colour'])
  await user.updatePassword('harbour-9', 'harbour-10')
  const again = stage.device()
  await assert.rejects(again.KiiUser.authenticate(name, 'harbour-9'), /^.*invalid_grant: /)
  const loggedIn = await again.KiiUser.authenticate(`${name}@harbour.example`, 'harbour-10')
  await loggedIn.refresh()
  assert.deepEqual(
    [loggedIn.getUsername(), loggedIn.getDisplayName(), loggedIn.get('size'), loggedIn.get('colour')],
    [name, 'Mia', 4, undefined],
  )
  assert.equal((await again.KiiUser.findUserByUsername(name)).getID(), user.getID())
  const { KiiErrorParser } = again
  await assert.rejects(again.KiiUser.findUserByUsername('nobody-here'), (error) => {
    assert.equal(KiiErrorParser.parse(error).code, 'USER_NOT_FOUND')
    return true
  })
  const token = loggedIn.getAccessTokenObject()
  assert.ok(token && token.expires_at > new Date())
  again.Kii.logOut()
  assert.equal(again.Kii.loggedIn(), false)
  assert.equal((await again.KiiUser.authenticateWithToken(token.access_token)).getUsername(), name)
})

test('objects: versions, types, queries', async () => {
  const { kii, user } = await stage.userDevice()
  const bucket = user.bucketWithName('tasks')
  for (const n of [1, 2, 3]) {
    const object = bucket.createObjectWithType('task')
    object.set('n', n)
    await object.save()
  }
  const query = kii.KiiQuery.queryWithClause(
    kii.KiiClause.or(kii.KiiClause.greaterThan('n', 1), kii.KiiClause.equals('n', 0)),
  )
  query.sortByDesc('n')
  query.setLimit(1)
  const [, [largest], next] = await bucket.executeQuery(query)
  assert.equal(largest?.get('n'), 3)
  const [, [second], last] = await bucket.executeQuery(next)
  assert.equal(second?.get('n'), 2)
  assert.equal(last === null || (await bucket.executeQuery(last))[1].length === 0, true)

  const [stale] = (await bucket.executeQuery(query))[1]
  assert.ok(largest && stale)
  largest.set('done', true)
  await largest.save(undefined, false)
  stale.set('done', false)
  await assert.rejects(stale.save(undefined, false), /^.*OBJECT_VERSION_IS_STALE: /)
  await assert.rejects(
    bucket.createObjectWithID(largest.getID() ?? '').save(undefined, false),
    /OBJECT_ALREADY_EXISTS/,
  )
  await stale.saveAllFields()
  await largest.refresh()
  assert.deepEqual(largest.get('done'), false)
  await bucket.delete()
  await assert.rejects(largest.refresh(), /NOT_FOUND/)
})

test('topics: existence, pages, what the server says', async () => {
  const { user } = await stage.userDevice()
  assert.equal(await user.topicWithName('a0').exists(), false)
  for (let n = 0; n < 51; n += 1) await user.topicWithName(`a${n}`).save()
  assert.equal(await user.topicWithName('a0').exists(), true)
  const [page, key] = await user.listTopics()
  const [rest, none] = await user.listTopics(undefined, key)
  assert.deepEqual([page.length, rest.length, none], [50, 1, null])
  await assert.rejects(user.topicWithName('a0').save(), {
    message: /^save topic failed\. statusCode: 409 error code: TOPIC_ALREADY_EXISTS message: ./,
  })
})

function pick(payload: Readonly<Record<string, unknown>>, ...names: string[]): object {
  return Object.fromEntries(names.map((name) => [name, payload[name]]))
}
