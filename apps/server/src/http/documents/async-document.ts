import {
  type PayloadShape,
  payloadShapes,
  vehicleMailboxTopic,
  vehicleNoticeTopic,
  vehicleReportTopic,
} from '@pillion/schema'

type PayloadName = keyof typeof payloadShapes

interface Channel {
  readonly address: string
  readonly title: string
  readonly description: string
  /** `send` and `receive` as clients see them. */
  readonly operations: readonly {
    readonly by: string
    readonly action: 'send' | 'receive'
    readonly messages: readonly PayloadName[]
  }[]
}

const parameterTexts: Readonly<Record<string, string>> = {
  word: 'to or from. Either, in both directions: the role of the sender decides.',
  uid: 'The partner’s login.',
  vin: '17 letters or digits.',
  mqttTopic: 'Of the installation’s endpoint; its client id as well.',
}

/** Who may use which topic for what. @param root of the portal's topics (W 2.3) */
function listChannels(root: string): Readonly<Record<string, Channel>> {
  return {
    portal: {
      address: `${root}/{word}/uid/{uid}/opa/{vin}`,
      title: 'Between a partner and its apps in a vehicle',
      description:
        'A subtopic of up to 256 bytes may follow the VIN, and a slash may end it. Delivery is QoS 0; nobody gets own messages. ' +
        'Partners subscribe to one VIN, `+`, or `…/opa/#`.',
      operations: [
        { by: 'partner', action: 'send', messages: ['applicative', 'popup'] },
        { by: 'partner', action: 'receive', messages: ['uplink', 'receipt'] },
        { by: 'vehicle', action: 'send', messages: ['uplink', 'receipt'] },
        { by: 'vehicle', action: 'receive', messages: ['applicative', 'popup'] },
      ],
    },
    notices: {
      address: vehicleNoticeTopic('{vin}'),
      title: 'From the server to a head unit',
      description:
        'An empty message: the apps of the vehicle have changed. Else signals to set in a simulator, or whether reports are wanted.',
      operations: [{ by: 'vehicle', action: 'receive', messages: [] }],
    },
    mailbox: {
      address: vehicleMailboxTopic('{vin}'),
      title: 'What came while no head unit was connected',
      description:
        'Portions, oldest first; the next one comes when what was taken is confirmed on the same topic.',
      operations: [
        { by: 'vehicle', action: 'receive', messages: ['mailboxPortion'] },
        { by: 'vehicle', action: 'send', messages: ['mailboxReceipt'] },
      ],
    },
    reports: {
      address: vehicleReportTopic('{vin}'),
      title: 'What a head unit did with messages',
      description:
        'For the ledger alone; sent only as long as the server asks for it, when the head unit signs in or later.',
      operations: [{ by: 'vehicle', action: 'send', messages: ['report'] }],
    },
    push: {
      address: '{mqttTopic}',
      title: 'To an installation',
      description: 'User name, password and topic come from the installation’s MQTT endpoint (REST).',
      operations: [{ by: 'installation', action: 'receive', messages: ['push'] }],
    },
  }
}

/** Topics and payloads as AsyncAPI 3, made from the shapes of `@pillion/schema`. */
export function buildAsyncDocument({ root, version }: { root: string; version: string }): object {
  const channels = Object.entries(listChannels(root))
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Pillion over MQTT',
      version,
      description: 'Topics and payloads of partners, head units, and users and things of push.',
    },
    defaultContentType: 'application/json',
    servers: {
      mqtt: { host: '127.0.0.1:1883', protocol: 'mqtt' },
      mqtts: { host: '127.0.0.1:8883', protocol: 'secure-mqtt' },
      partners: {
        host: '127.0.0.1:8886',
        protocol: 'secure-mqtt',
        description: 'Partners: client certificate, login and password.',
      },
      websocket: { host: '127.0.0.1:8080', pathname: '/mqtt', protocol: 'ws' },
    },
    channels: Object.fromEntries(channels.map(([name, channel]) => [name, describeChannel(channel)])),
    operations: Object.fromEntries(channels.flatMap(([name, channel]) => describeOperations(name, channel))),
    components: {
      messages: Object.fromEntries(
        Object.entries(payloadShapes as Readonly<Record<string, PayloadShape>>).map(
          ([name, { title, shape, example }]) => [
            name,
            { title, payload: shape, examples: [{ payload: example }] },
          ],
        ),
      ),
    },
  }
}

function describeChannel({ address, title, description, operations }: Channel): object {
  const names = new Set(operations.flatMap(({ messages }) => messages))
  const parameters = [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [
    name,
    { description: parameterTexts[name] },
  ])
  return {
    address,
    title,
    description,
    messages: Object.fromEntries([...names].map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) }),
  }
}

function describeOperations(channel: string, { operations }: Channel): [string, object][] {
  return operations.map(({ by, action, messages }) => [
    `${by}-${action}-${channel}`,
    {
      action,
      title: `${by}: ${action}`,
      channel: { $ref: `#/channels/${channel}` },
      messages: messages.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
    },
  ])
}

/** The same for people: docs/reference/topics.md. `npm run docs:write` writes it. */
export function formatTopicReference(root: string): string {
  const sections = Object.values(listChannels(root)).map(formatChannel)
  return `${[intro, ...sections, '## Payloads', '', ...Object.values(payloadShapes).map(formatPayload)].join('\n').trimEnd()}\n`
}

const intro = `# Topics and payloads

Made from \`packages/schema/src/payload-shapes.ts\`; a server has the same at \`/asyncapi.json\` (AsyncAPI 3). Accounts have topics of their own
beside these: [accounts](../guides/accounts.md).
`

function formatChannel({ address, title, description, operations }: Channel): string {
  const rows = operations.map(({ by, action, messages }) => {
    const names = messages.map((name) => `[${payloadShapes[name].title}](#${anchorOf(name)})`)
    return `| ${by} | ${action === 'send' ? 'publishes' : 'subscribes'} | ${names.join(', ')} |`
  })
  return [
    `## ${title}`,
    '',
    `\`${address}\``,
    '',
    description,
    '',
    '| Who | | What |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function anchorOf(name: PayloadName): string {
  return payloadShapes[name].title.toLowerCase().replaceAll(/\W+/g, '-')
}

function formatPayload({ title, shape, example }: PayloadShape): string {
  const { properties = {}, required = [] } = shape as {
    properties?: Record<string, { type?: string; const?: unknown; description?: string }>
    required?: string[]
  }
  const rows = Object.entries(properties).map(([name, { type, const: value, description = '' }]) => {
    const kind = value === undefined ? (type ?? 'any') : JSON.stringify(value)
    return `| \`${name}\` | ${kind} | ${required.includes(name) ? 'yes' : ''} | ${description} |`
  })
  return [
    `### ${title}`,
    '',
    '| Member | Type | Must be there | |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '```json',
    JSON.stringify(example),
    '```',
    '',
  ].join('\n')
}
