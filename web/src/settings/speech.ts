// The page in the reader's language: its direction, its title and the words that index.html holds in English.

import { direction, language, t, useLanguage } from '../i18n';
import { TRAITS, chooseLanguage } from '../i18n/languages';
import type { Store } from '../state/store';
import type { View } from '../state/view';

/**
 * Takes the language that the view or the browser asks for. A change of it later loads the page again from its
 * address, which holds the whole view: every part then speaks one language, the map's own words included.
 */
export async function speak(store: Store): Promise<void> {
  const { view } = store;
  const chosen = chooseLanguage(view.language, navigator.languages);
  try {
    await useLanguage(chosen, view.calendar);
  } catch {
    // Out of reach for the moment; a page in English is better than none.
    await useLanguage('en', view.calendar);
  }
  store.subscribe((next, before) => {
    if (spokenIn(next) !== spokenIn(before)) location.reload();
  });
  name();
}

/** What the words and dates of a view depend on. */
function spokenIn(view: View): string {
  const spoken = chooseLanguage(view.language, navigator.languages);
  return `${spoken} ${view.calendar ?? TRAITS[spoken].calendar}`;
}

function name(): void {
  document.documentElement.lang = language();
  document.documentElement.dir = direction();
  document.title = t('page.title');
  document.getElementById('skip')?.replaceChildren(t('page.skip'));
  document.getElementById('panel')?.setAttribute('aria-label', t('page.panel'));
  document.getElementById('stage')?.setAttribute('aria-label', t('page.map'));
}
