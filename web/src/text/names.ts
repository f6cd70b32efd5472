// Short ways to name people in a sentence.

import { text } from './text';
import type { LanguageCode } from './text';

const TITLES = /^(Dra?|Prof|Mr|Mrs|Ms|Miss|Mx|Nurse|Sra?|Srta)\.?$/i;

/** What a title of another language is called. "Dr." is one of both, and only the clinic knows who is a "Dra.". */
const TITLES_IN: Record<LanguageCode, Readonly<Record<string, string>>> = {
  en: { sr: 'Mr.', sra: 'Mrs.', srta: 'Miss', dra: 'Dr.' },
  es: { mr: 'Sr.', mrs: 'Sra.', ms: 'Sra.', miss: 'Srta.' },
};

const wordsOf = (name: string): string[] => name.trim().split(/\s+/);

export const hasTitle = (name: string): boolean => TITLES.test(wordsOf(name)[0] ?? '');

/** "Mrs. Ruth Alder" is "Sra. Ruth Alder" to whoever reads Spanish. */
export function fullName(name: string): string {
  const [first = '', ...rest] = wordsOf(name);
  const title = rest.length > 0 && TITLES_IN[text.code][first.replace('.', '').toLowerCase()];
  return [title || first, ...rest].join(' ');
}

/** "Dr. Mira Rao" is "Dr. Rao", "Mrs. Ruth Alder" is "Mrs. Alder", "Ana Alder" is "Ana". */
export function shortName(name: string): string {
  const words = wordsOf(fullName(name));
  const first = words[0] ?? '';
  return words.length > 1 && hasTitle(name) ? `${first} ${words[words.length - 1]}` : first;
}

/** "Dr. Mira Rao" is "MR". */
export function initials(name: string): string {
  const words = wordsOf(name).filter((word) => !TITLES.test(word) && /^\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined];
  return letters.map((word) => (word ? [...word][0] : '')).join('').toLocaleUpperCase();
}

/** "Ana", "Ana and Dr. Feld", "Ana, Dr. Feld and Dr. Rao" in the words of a language. */
export function list(names: readonly string[], locale: string): string {
  try {
    return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
  } catch {
    return names.join(', ');
  }
}
