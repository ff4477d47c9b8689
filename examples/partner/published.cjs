// The usage that the original client's documentation shows, in the same order: connect, send, receive. Only the first three
// lines are ours. Run it with the folder that `pillion partner add` wrote: node published.cjs DIR/config.json [VIN] [APP]
const { MQTTClient, MQTTMessage, readPartnerConfig } = require('@pillion/partner')
const mqttConfig = readPartnerConfig(process.argv[2] || 'config.json')
const [targetVin = '0123456789ABCDEFG', idApp = 'demo-messages'] = process.argv.slice(3)

var mqttClient = new MQTTClient(mqttConfig)
mqttClient.connect()

// An applicative message.
var mqttPublishTopic = `psa/OVIPPartners-Dev/from/uid/${mqttConfig.username}/opa/${targetVin}`
var payload = {
  idApp: idApp,
  popup: false,
  content: { type: 'message', from: 'published.cjs', text: 'Hello from the published code' },
}
var mqttMessage = new MQTTMessage()
mqttMessage.payload = JSON.stringify(payload)
mqttMessage.qos = 0
mqttClient.publish(mqttPublishTopic, mqttMessage)

// What the apps answer.
const mqttSubscribeTopic = `psa/OVIPPartners-Dev/to/uid/${mqttConfig.username}/opa/#`
mqttClient.subscribe(mqttSubscribeTopic)

mqttClient.onMessage((topic, payload) => {
  const myAppMessage = JSON.parse(payload).content
  console.log(topic, JSON.stringify(myAppMessage))
})
