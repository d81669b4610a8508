// Builds elements; text only ever enters as text.

import type { Said } from '../text/gazetteer';

export type Child = Node | string | null | undefined | false;

type Props = Readonly<Record<string, string | boolean | null | ((event: Event) => void)>>;

/** An element with attributes (`onclick` and its like are listeners) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  element.append(...present(children));
  return element;
}

export function replace(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...present(children));
}

/** Makes these the children, without touching those that stay: what is moved loses its focus. */
export function arrange(parent: Element, children: readonly Node[]): void {
  for (const child of [...parent.childNodes]) if (!children.includes(child)) child.remove();
  for (const [i, child] of children.entries()) {
    const there = parent.childNodes[i] ?? null;
    if (there !== child) parent.insertBefore(child, there);
  }
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false);
}

/** Parts of one line, each in its own direction: names of another script would carry their neighbours away. */
export function apart(parts: readonly (string | Said | null | undefined)[], separator = ' · '): Node[] {
  const said = parts.filter((part): part is string | Said => Boolean(part)).map((part) => (typeof part === 'string' ? h('bdi', {}, part) : told(part)));
  return said.flatMap((part, i) => (i ? [document.createTextNode(separator), part] : [part]));
}

/** A text in its own direction, marked where it, or a part of it, stayed in English. */
export function told({ text, english, parts }: Said): HTMLElement {
  if (english) return inEnglish(text);
  return parts ? h('bdi', {}, ...parts.map((part) => (part.english ? inEnglish(part.text) : part.text))) : h('bdi', {}, text);
}

/** What is in English whatever the language of the page, unless somebody's own data have it otherwise. */
export function inEnglish(text: string): HTMLElement {
  return h('bdi', writtenIn(text), text);
}

/** Attributes of an element with the words of a report (title, summary, source, note): they are in English until they are translated. */
export function writtenIn(text: string): { dir: string; lang?: string } {
  return /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Cyrillic}/u.test(text) ? { dir: 'auto' } : { lang: 'en', dir: 'ltr' };
}

/** A term and what is said of it; nothing where there is nothing to say. */
export function fact(term: string, ...value: Child[]): HTMLElement | null {
  const said = present(value);
  return said.length ? h('div', { class: 'fact' }, h('dt', {}, term), h('dd', {}, ...said)) : null;
}

/**
 * A reference: a link where it is a web address, else plain text. Anything but http and https
 * (`javascript:` above all) stays text.
 */
export function reference(text: string, ref: string | null): Node {
  const address = webAddress(ref);
  if (!address) {
    const apart = ref && ref !== text ? h('span', { class: 'quiet', ...writtenIn(ref) }, ref) : null;
    return h('span', writtenIn(text), text, apart && ' ', apart);
  }
  return h('a', { href: address, target: '_blank', rel: 'noopener noreferrer', ...writtenIn(text) }, text);
}

export function webAddress(ref: string | null): string | null {
  if (!ref || !/^https?:\/\/\S+$/i.test(ref.trim())) return null;
  try {
    return new URL(ref.trim()).href;
  } catch {
    return null;
  }
}
