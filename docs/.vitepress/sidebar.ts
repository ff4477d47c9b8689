import type { DefaultTheme } from 'vitepress'

const start: DefaultTheme.SidebarItem = {
  text: 'Start',
  items: [
    { text: 'A partner, in five minutes', link: '/start/partner' },
    { text: 'A vehicle app, in five minutes', link: '/start/vehicle-app' },
    { text: 'Push, in five minutes', link: '/start/push' },
    { text: 'An operator, in ten minutes', link: '/start/operator' },
  ],
}

const guides: DefaultTheme.SidebarItem = {
  text: 'Guides',
  items: [
    { text: 'Coming from the original portal', link: '/guides/from-the-original-portal' },
    { text: 'Coming from the original push', link: '/guides/from-the-original-push' },
    { text: 'The head unit in a browser', link: '/guides/head-unit' },
    { text: 'Vehicle apps', link: '/guides/vehicle-apps' },
    { text: 'Push', link: '/guides/push' },
    { text: 'Accounts: plain MQTT beside', link: '/guides/accounts' },
    { text: 'What became of my message', link: '/guides/messages' },
    { text: 'Delivery guarantees', link: '/guides/delivery' },
  ],
}

const operations: DefaultTheme.SidebarItem = {
  text: 'Operations',
  items: [
    { text: 'Running a server', link: '/guides/operations' },
    { text: 'Troubleshooting', link: '/guides/troubleshooting' },
    { text: 'Security model', link: '/guides/security' },
    { text: 'Console and operators', link: '/guides/operators' },
    { text: 'Credentials and certificates', link: '/guides/credentials' },
    { text: 'Backup and restore', link: '/guides/backup' },
    { text: 'Load balancers', link: '/guides/load-balancer' },
    { text: 'Many nodes', link: '/guides/many-nodes' },
    { text: 'Capacity', link: '/guides/capacity' },
  ],
}

const reference: DefaultTheme.SidebarItem = {
  text: 'Reference',
  items: [
    { text: 'Command line', link: '/reference/cli' },
    { text: 'Configuration', link: '/reference/configuration' },
    { text: 'Error codes', link: '/reference/errors' },
    { text: 'Reasons', link: '/reference/reasons' },
    { text: 'Limits', link: '/reference/limits' },
    { text: 'Metrics', link: '/reference/metrics' },
    { text: 'Topics and payloads', link: '/reference/topics' },
    { text: 'REST', link: '/reference/rest' },
    { text: 'MQTT conformance', link: '/reference/mqtt-conformance' },
    { text: 'Security requirements (ASVS)', link: '/reference/asvs' },
  ],
}

const project: DefaultTheme.SidebarItem = {
  text: 'Project',
  items: [
    { text: 'Architecture', link: '/architecture' },
    { text: 'Performance', link: '/performance' },
    { text: 'Benchmarks', link: '/reference/benchmarks' },
    { text: 'Beside other brokers', link: '/comparison' },
    { text: 'Decisions', link: '/adr/' },
  ],
}

/** Every page of the site, once. */
export const sidebar: DefaultTheme.SidebarItem[] = [start, guides, operations, reference, project]
