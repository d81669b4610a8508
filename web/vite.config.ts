/// <reference types="vitest/config" />
// How the map is bundled: relative addresses, so that it works under a sub-path behind a proxy.
import { defineConfig, loadEnv } from 'vite';

/** The server that answers the page in development. */
const API = loadEnv('', '.', 'BORDERMAP_')['BORDERMAP_API'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: './',
  build: {
    // The server's build passes its own with --outDir.
    outDir: 'dist',
    // The content security policy allows no data: fonts or scripts, so every asset stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // MapLibre is about a megabyte before compression; the budget is kept on compressed bytes.
    chunkSizeWarningLimit: 1500,
  },
  // Tests read the stylesheets as they are.
  test: { css: true },
  worker: { format: 'es' },
  server: {
    proxy: { '/api': API, '/health': API },
  },
});
