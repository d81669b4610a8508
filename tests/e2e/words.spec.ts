// In each language nothing that has a word stays in English, and what stays is marked as English.

import { expect, test, type Page } from '@playwright/test';
import { items, openMap, settle } from './harness';

/** Latin words in a part of the page that nothing marks as English. */
async function unmarked(page: Page, part: string): Promise<string[]> {
  return page.locator(part).evaluateAll((elements) => elements.flatMap((element) => {
    const found: string[] = [];
    const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
      if (/[A-Za-z]{4}/.test(node.textContent ?? '') && !node.parentElement?.closest('[lang=en]')) found.push(node.textContent ?? '');
    }
    return found;
  }));
}

for (const [language, within] of [['ar', 'مقاطعة'], ['fa', 'شهرستان'], ['ckb', 'شارستانی']] as const) {
  test(`names and terms in ${language}, titles and summaries marked as English`, async ({ page, request }) => {
    const reports = await items(request, 'sortby=-date&category=clash&country=IR');
    const marivan = (await items(request, '', 'places')).find(({ properties }) => properties['name_en'] === 'Marivan')?.properties[`name_${language}`];
    const report = reports.find(({ properties }) => properties['place'] === 'Marivan county');
    if (!report) throw new Error('no report from the county of Marivan');
    await openMap(page, `lang=${language}&category=clash&country=IR`);
    await page.locator('#filters').evaluate((filters) => { filters.toggleAttribute('open', true); });
    // The names come after the list.
    await expect.poll(() => page.locator(`.report[data-id="${report.id}"] .report-place`).textContent()).toBe(`${within} ${String(marivan)}`);
    for (const part of ['#results', '.chips', '#filters .options', '#legend', '.title']) expect(await unmarked(page, part), part).toEqual([]);
    const titles = page.locator('.report-title');
    expect(await titles.count()).toBe(reports.length);
    expect(await titles.evaluateAll((all) => all.filter((title) => title.getAttribute('lang') !== 'en' || title.getAttribute('dir') !== 'ltr').length)).toBe(0);

    await page.locator(`.report[data-id="${report.id}"]`).click();
    await expect(page.locator('.detail h2')).toHaveAttribute('lang', 'en');
    await expect(page.locator('.detail')).toContainText(`${within} ${String(marivan)}`);
    await settle(page);
    expect(await unmarked(page, '.detail')).toEqual([]);
    // The nearest crossing, and all that is told of it.
    await page.locator('.detail [data-crossing]').click();
    await expect(page.locator('.detail[data-id="bashmaq-penjwen"]')).toBeVisible();
    await settle(page);
    expect(await unmarked(page, '.detail')).toEqual([]);

    await page.locator('#search').fill('Marivan');
    const option = page.locator('#suggestions').getByRole('option').first();
    await expect(option).toContainText(String(marivan));
    expect(await unmarked(page, '#suggestions')).toEqual(['Marivan']);
  });
}
