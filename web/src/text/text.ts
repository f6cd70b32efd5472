// The words in use: a catalogue of src/text/catalogues and what belongs to its language.
//
// `text` changes when another language is chosen; views read it when they are drawn.

import en from './catalogues/en.json?words';
import type { Words } from './words';
import type { Role } from '../protocol/messages';
import { languageName } from './language_names';
import { list as listNames } from './names';

export type LanguageCode = 'en' | 'es';

interface Language {
  /** For dates, numbers and lists, and for the page itself. */
  locale: string;
  direction: 'ltr' | 'rtl';
  /** In the language's own words. */
  name: string;
  load: () => Promise<Words>;
}

export const languages: Record<LanguageCode, Language> = {
  en: { locale: 'en-US', direction: 'ltr', name: 'English', load: async () => en },
  es: {
    locale: 'es-US',
    direction: 'ltr',
    name: 'Español',
    load: async () => (await import('./catalogues/es.json?words')).default,
  },
};

export type Text = Words & Pick<Language, 'locale' | 'direction'> & { code: LanguageCode };

const textOf = (code: LanguageCode, words: Words): Text => {
  const { locale, direction } = languages[code];
  return { ...words, locale, direction, code };
};

export let text: Text = textOf('en', en);

const listeners = new Set<() => void>();

/** Told after the words have changed. Returns what takes it back. */
export function onLanguageChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** From now on in this language. When its words cannot be had, everything stays as it is. */
export async function speak(code: LanguageCode): Promise<void> {
  if (code === text.code) return;
  try {
    text = textOf(code, await languages[code].load());
  } catch {
    return;
  }
  for (const listener of listeners) listener();
}

/** The first of some BCP 47 tags that we speak. */
export function languageOf(tags: readonly string[]): LanguageCode | undefined {
  const codes = tags.map((tag) => tag.toLowerCase().split('-')[0] ?? '');
  return codes.find((code): code is LanguageCode => Object.prototype.hasOwnProperty.call(languages, code));
}

// ---- words for what comes from the gateway ----

/** A word by a name that may be new to this client. */
export const wordFor = (words: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.prototype.hasOwnProperty.call(words, name) ? words[name] : undefined;

export const roleWord = (role: string): string => wordFor(text.roles, role) ?? role.replaceAll('_', ' ');

/** The relation in the words of the gateway ("your daughter"), else the role. */
export const relationOf = (person: { role: Role; relation?: string; language?: string }): string => {
  const words = person.relation || roleWord(person.role);
  // The language is what matters of an interpreter: it is there whatever they are called.
  return person.role === 'interpreter' && person.language ? text.invite.interprets({ words, language: languageName(person.language) }) : words;
};

// ---- names in a sentence ----

export const list = (names: readonly string[]): string => listNames(names, text.locale);

/** Two names, or everyone: the sentence stays on one line. */
export const few = (names: readonly string[]): string => (names.length > 2 ? text.everyone : list(names));
