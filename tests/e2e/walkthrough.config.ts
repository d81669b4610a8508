// Runs the walk that draws the pictures of docs/walkthrough.md: `just walkthrough`.

import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

export default defineConfig({ ...tests, testMatch: 'walkthrough.ts' });
