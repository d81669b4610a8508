// What failed, in the page's own words; the server's sentence is kept in a fold, for whoever is asked for help.

import { ApiError } from '../api/client';
import { t } from '../i18n';
import { refusalWords } from '../text/problems';
import { h, type Child } from './dom';

/** The sentences for a failure. */
export function failureWords(cause: unknown): string[] {
  if (cause instanceof ApiError) return cause.refusal ? refusalWords(cause.refusal) : [cause.message];
  return [t('error.unforeseen')];
}

/** A failure as a box, with what can be done about it at its end. */
export function problemBox(cause: unknown, ...acts: Child[]): HTMLElement {
  return h(
    'div',
    { class: 'error' },
    h('p', {}, h('strong', {}, t('problem.title'))),
    ...failureWords(cause).map((words) => h('p', { dir: 'auto' }, words)),
    h('p', { class: 'error-acts' }, ...acts),
    support(cause),
  );
}

function support(cause: unknown): HTMLElement | null {
  const refusal = cause instanceof ApiError ? cause.refusal : null;
  if (!refusal && cause instanceof ApiError) return null;
  const sentence = refusal ? refusal.detail : String(cause);
  return h(
    'details',
    { class: 'support' },
    h('summary', {}, t('problem.support')),
    refusal?.requestId ? h('p', {}, t('error.request', { id: refusal.requestId })) : null,
    refusal ? h('p', {}, t('error.status', { status: String(refusal.status) })) : null,
    sentence ? h('p', { lang: 'en', dir: 'ltr' }, sentence) : null,
  );
}
