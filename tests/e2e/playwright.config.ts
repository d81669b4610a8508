// Runs the browser tests against a real server on a store of its own, in Debian's Chromium.
//
// BORDERMAP_BIN names the server's binary; BORDERMAP_URL a server that runs already.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

const LISTEN = '127.0.0.1:18080';
const running = process.env['BORDERMAP_URL'];
const binary = process.env['BORDERMAP_BIN'] ?? '../../target/release/bordermap';
/** Workers read this file too, and are told by the environment which store the first reading made. */
const store = running ? '' : (process.env['BORDERMAP_E2E_STORE'] ??= join(mkdtempSync(join(tmpdir(), 'bordermap-e2e-')), 'store.gpkg'));
process.env['BORDERMAP_E2E_BIN'] ??= binary;

export default defineConfig({
  testDir: '.',
  outputDir: 'out',
  // Software rendering keeps a core busy: two maps at once would only wait for each other.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  use: {
    baseURL: running ?? `http://${LISTEN}`,
    viewport: { width: 1280, height: 800 },
    // Kept for whoever wants to see what was tested.
    screenshot: 'on',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--use-gl=angle',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--ignore-gpu-blocklist',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-dev-shm-usage',
        '--no-first-run',
      ],
    },
  },
  ...(running
    ? {}
    : {
        webServer: {
          command: `${binary} serve --listen ${LISTEN} --store ${store}`,
          url: `http://${LISTEN}/health/ready`,
          reuseExistingServer: false,
          timeout: 60_000,
        },
      }),
});
