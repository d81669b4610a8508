// Draws the pictures of the README and of docs/walkthrough.md: `just walkthrough`.

import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

export default defineConfig({ ...tests, testMatch: 'walkthrough.ts' });
