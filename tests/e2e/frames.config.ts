// Times the frames of a moving map: tests/frames.sh.

import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

export default defineConfig({ ...tests, testMatch: 'frames.ts', timeout: 600_000 });
