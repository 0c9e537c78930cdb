import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { firstLoad } from './build/first-load.ts'
import { linked } from './build/linked.ts'
import { precompress } from './build/precompress.ts'

/** Where `npm run dev` finds a running server. */
const server = process.env.MULTIVISOR_URL ?? 'http://localhost:22000'

export default defineConfig({
  plugins: [vue(), precompress(), linked(), firstLoad({ limitKiB: 200 })],
  server: {
    proxy: { '/api': { target: server } },
  },
  build: {
    target: 'es2022',
    // Without it Vite puts small files into others as data: URLs, which a strict content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  experimental: {
    // The server may be below a path: it corrects the document, everything else is found from where it lies.
    renderBuiltUrl: (_, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    server: { deps: { inline: ['vuetify'] } },
  },
})
