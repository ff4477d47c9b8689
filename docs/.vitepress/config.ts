import { defineConfig } from 'vitepress'
import { spellOutOtherFiles } from './other-files.ts'
import { sidebar } from './sidebar.ts'

/** The documentation as the server serves it under /docs/. It loads nothing from anywhere else. */
export default defineConfig({
  title: 'Pillion',
  description: 'Open, self-hosted messaging between back ends and apps in vehicles, and push over MQTT.',
  base: '/docs/',
  lang: 'en',
  metaChunk: true,
  cleanUrls: true,
  lastUpdated: false,
  markdown: { config: spellOutOtherFiles },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Start', link: '/start/partner', activeMatch: '/start/' },
      { text: 'Guides', link: '/guides/delivery', activeMatch: '/guides/' },
      { text: 'Reference', link: '/reference/cli', activeMatch: '/reference/' },
    ],
    sidebar,
    outline: [2, 3],
    docFooter: { prev: false, next: false },
  },
})
