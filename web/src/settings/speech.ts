// The page in the reader's language: its direction, its title and the words that index.html holds in English.

import { direction, language, t, useLanguage } from '../i18n';
import { TRAITS, chooseLanguage } from '../i18n/languages';
import type { Store } from '../state/store';
import type { Language, View } from '../state/view';
import { device } from './device';

/**
 * Takes the language that the view, the device or the browser asks for. A change of it later loads the page again from
 * its address, which holds the whole view: every part then speaks one language, the map's own words included.
 */
export async function speak(store: Store): Promise<void> {
  const { view } = store;
  const { calendar } = device.settings(view);
  const spoken = spokenIn(view);
  try {
    await useLanguage(languageOf(view), calendar);
  } catch {
    // Out of reach for the moment; a page in English is better than none.
    await useLanguage('en', calendar);
  }
  // The device is told first, the address after it: whichever comes last finds the page as it is to be.
  const follow = (): void => { if (spokenIn(store.view) !== spoken) location.reload(); };
  store.subscribe(follow);
  device.subscribe(follow);
  name();
}

/** What the words and dates of a view depend on. */
function spokenIn(view: View): string {
  const spoken = languageOf(view);
  return `${spoken} ${device.settings(view).calendar ?? TRAITS[spoken].calendar}`;
}

function languageOf(view: View): Language {
  return chooseLanguage(device.settings(view).language, navigator.languages);
}

function name(): void {
  document.documentElement.lang = language();
  document.documentElement.dir = direction();
  document.title = t('page.title');
  document.getElementById('skip')?.replaceChildren(t('page.skip'));
  document.getElementById('panel')?.setAttribute('aria-label', t('page.panel'));
  document.getElementById('stage')?.setAttribute('aria-label', t('page.map'));
}
