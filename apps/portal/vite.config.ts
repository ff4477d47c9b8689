import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

/** The page is served under /portal/ and loads nothing from anywhere else. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/portal/',
  plugins: [preact()],
  build: {
    target: 'chrome111',
    // Everything comes from files: the page's content security policy knows no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
    reportCompressedSize: false,
  },
})
