// Lighthouse on the page as it opens: accessibility and best practices have no fault. How fast it was is said, not judged.

import { chromium, expect, test } from '@playwright/test';
import lighthouse, { type Result } from 'lighthouse';

const PORT = 9333;
const VIEWS = { overview: '/', 'report, right to left': '/#incident=iib-012&lang=ar', 'strip and comparison': '/#strip=open&compare=2023-03-19,365d' };

test.describe.configure({ mode: 'serial' });

/** What Lighthouse finds. That an audit could not be made is no finding: on a busy machine it is made again. */
async function looked(url: string): Promise<Result> {
  for (let left = 2; ; left--) {
    const run = await lighthouse(url, {
      port: PORT,
      logLevel: 'error',
      onlyCategories: ['accessibility', 'best-practices', 'performance'],
      formFactor: 'desktop',
      screenEmulation: { disabled: true },
      // As fast as this machine is, in software rendering.
      throttlingMethod: 'provided',
    });
    if (!run) throw new Error('Lighthouse gave no answer');
    const failed = Object.values(run.lhr.audits).filter(({ scoreDisplayMode }) => scoreDisplayMode === 'error');
    if (!failed.length) return run.lhr;
    if (!left) throw new Error(`Lighthouse could not look: ${failed.map(({ id, errorMessage }) => `${id}: ${errorMessage ?? '?'}`).join('; ')}`);
  }
}

for (const [name, path] of Object.entries(VIEWS)) {
  test(`Lighthouse finds nothing (${name})`, async ({ baseURL }) => {
    const { launchOptions } = test.info().project.use;
    const browser = await chromium.launch({
      ...launchOptions,
      // A window as large as the other tests have: what the panel's foot covers of a low one can be scrolled.
      args: [...(launchOptions?.args ?? []), `--remote-debugging-port=${PORT}`, '--window-size=1280,800'],
    });
    try {
      const { categories, audits } = await looked(`${baseURL ?? ''}${path}`);
      const faults = ['accessibility', 'best-practices'].flatMap((category) =>
        (categories[category]?.auditRefs ?? [])
          .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 1)
          .map(({ id }) => `${category}: ${id}: ${JSON.stringify(audits[id]?.details).slice(0, 3000)}`),
      );
      expect(faults).toEqual([]);
      expect([categories['accessibility']?.score, categories['best-practices']?.score]).toEqual([1, 1]);
      for (const id of ['first-contentful-paint', 'largest-contentful-paint', 'interactive', 'total-blocking-time']) {
        test.info().annotations.push({ type: id, description: audits[id]?.displayValue ?? '?' });
      }
    } finally {
      await browser.close();
    }
  });
}
