import { defineConfig } from 'vite'

/** The classic script, `dist/push-sdk.global.js`: everything in one file, MQTT.js included. `tsc` adds the ES module. */
export default defineConfig({
  root: import.meta.dirname,
  // The browser's MQTT.js.
  resolve: { conditions: ['browser', 'module', 'import'] },
  build: {
    target: 'chrome100',
    lib: {
      entry: 'src/global.ts',
      formats: ['iife'],
      name: 'pillionPush',
      fileName: () => 'push-sdk.global.js',
    },
    emptyOutDir: true,
    reportCompressedSize: false,
  },
})
