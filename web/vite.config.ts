import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const here = import.meta.dirname

// Three faces, three HTML files: the public form, the receipt page and the staff pages.
export default defineConfig({
  plugins: [vue()],
  define: {
    __VUE_OPTIONS_API__: 'true', // Element Plus still has a few option components
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    target: ['chrome87', 'firefox78'],
    outDir: 'dist',
    emptyOutDir: true, // public/.keep is copied back, so the folder stays in the tree
    manifest: true,
    assetsInlineLimit: 0, // a data: font or script would break the content security policy
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: {
        report: resolve(here, 'index.html'),
        receipt: resolve(here, 'receipt.html'),
        app: resolve(here, 'app/index.html'),
      },
    },
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': { target: 'http://127.0.0.1:8080', changeOrigin: false },
      '/report': { target: 'http://127.0.0.1:8080', bypass: (req) => (req.method === 'POST' ? undefined : req.url) },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
  },
})
