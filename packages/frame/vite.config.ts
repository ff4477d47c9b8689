import { defineConfig } from 'vite'

/** One classic script, `dist/frame.js`: it must run to its end before the first script of the app is parsed (W 5.3). */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    target: 'chrome100',
    lib: { entry: 'src/main.ts', formats: ['iife'], name: 'pillionFrame', fileName: () => 'frame.js' },
    emptyOutDir: true,
    // Of the schema the script needs a few values; what it does not name is left out.
    rolldownOptions: { treeshake: { moduleSideEffects: false } },
    reportCompressedSize: false,
  },
})
