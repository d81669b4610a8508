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

for (const [language, place, said] of [
  ['ar', 'Bistam area (Saqqez county)', 'منطقة Bistam (مقاطعة سقز)'],
  ['fa', 'Barbzin heights (Sidakan)', 'ارتفاعات Barbzin (سیدکان)'],
  ['ckb', 'Hawr al-Azim wetland (Hoveyzeh)', 'زۆنگاوی Hawr al-Azim (حوەیزە)'],
] as const) {
  test(`in ${language} every place has its words, around a name that stays in Latin letters too`, async ({ page, request }) => {
    const all = await items(request, 'sortby=-date');
    const report = all.find(({ properties }) => properties['place'] === place);
    if (!report) throw new Error(`no report from ${place}`);
    // The kind of the longest word, and of the most words around a name.
    await openMap(page, `lang=${language}&category=strike`);
    const rows = page.locator('.report-place');
    // The names come after the list; whole in English is none of the places of these reports.
    await expect.poll(() => rows.evaluateAll((places) => places.filter((where) => !/\p{Script=Arabic}/u.test(where.textContent)).map((where) => where.textContent))).toEqual([]);
    expect(await rows.count()).toBeGreaterThan(3);
    // However long the other words of a row are, its place can be read, or most of it.
    const cut = await rows.evaluateAll((places) => places.filter((where) => {
      const words = where.querySelector('bdi');
      return !words || words.clientWidth < Math.min(words.scrollWidth, 56);
    }).map((where) => where.textContent));
    expect(cut).toEqual([]);
    expect(await unmarked(page, '#results')).toEqual([]);

    const date = String(report.properties['date']);
    await openMap(page, `lang=${language}&from=${date}&to=${date}`);
    const row = page.locator(`.report[data-id="${report.id}"]`);
    await expect(row.locator('.report-place')).toHaveText(said);
    const latin = row.locator('.report-place [lang=en]');
    await expect(latin).toHaveAttribute('dir', 'ltr');
    // The line runs from the right: its first word stands to the right of the name in Latin letters.
    const [line, name] = [await row.locator('.report-place bdi').first().boundingBox(), await latin.boundingBox()];
    expect(name?.x ?? 0).toBeGreaterThan(line?.x ?? 0);
    expect((name?.x ?? 0) + (name?.width ?? 0)).toBeLessThan((line?.x ?? 0) + (line?.width ?? 0));
    await row.click();
    await settle(page);
    await expect(page.locator('.detail')).toContainText(said);
    expect(await unmarked(page, '.detail')).toEqual([]);
  });
}
