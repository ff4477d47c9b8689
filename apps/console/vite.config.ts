import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

/** The page is served under /console/ and loads nothing from anywhere else. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [preact()],
  build: {
    target: 'chrome111',
    // Everything comes from files: the page's content security policy knows no inline script and no inline style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
