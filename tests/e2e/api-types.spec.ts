// The types that the page is written in are those of the API that answers it.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from '@playwright/test';

test('the committed types are what the API says of itself', async ({ baseURL }) => {
  // It fails with the command that mends it.
  await promisify(execFile)('npm', ['run', '--silent', 'api-types', '--', baseURL ?? '', '--check'], { cwd: '../../web' });
});
