// What a language is called, in the words of the page.

import { text } from './text';

/** "es" is "Spanish" or "español"; a tag that nobody knows stays as it is. */
export function languageName(tag: string): string {
  if (tag === 'ase') return text.invite.signLanguage;
  try {
    return new Intl.DisplayNames(text.locale, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
