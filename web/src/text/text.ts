// The words in use: a catalogue of src/text/catalogues and what belongs to its language.
//
// `text` changes when another language is chosen; views read it when they are drawn.

import en from './catalogues/en.json?words';
import type { Words } from './words';
import type { Role } from '../protocol/messages';
import { languageName } from './language_names';
import { list as listNames } from './names';

export type LanguageCode = 'en' | 'es';

/** What only some pages read: laterSections in scripts/words.mjs. */
export interface LaterWords {
  staff: Pick<Words, 'board' | 'casePage' | 'desk' | 'helper' | 'licence' | 'practice' | 'screening' | 'signIn'>;
  device: Pick<Words, 'check' | 'help' | 'helped'>;
}
export type Part = keyof LaterWords;
export type FirstWords = Omit<Words, keyof LaterWords[Part]>;

interface Language {
  /** For dates, numbers and lists, and for the page itself. */
  locale: string;
  direction: 'ltr' | 'rtl';
  /** In the language's own words. */
  name: string;
  /** Also in its own words, for whoever chose it: its catalogue is what is missing. */
  notLoaded: string;
  load: () => Promise<FirstWords>;
  later: { [part in Part]: () => Promise<LaterWords[part]> };
}

export const languages: Record<LanguageCode, Language> = {
  en: {
    locale: 'en-US',
    direction: 'ltr',
    name: 'English',
    notLoaded: 'English did not load just now. This page will be in English the next time you open it.',
    load: async () => en,
    later: {
      staff: async () => (await import('./catalogues/en.json?words-staff')).default,
      device: async () => (await import('./catalogues/en.json?words-device')).default,
    },
  },
  es: {
    locale: 'es-US',
    direction: 'ltr',
    name: 'Español',
    notLoaded: 'El español no se pudo cargar ahora. Esta página estará en español la próxima vez que la abra.',
    load: async () => (await import('./catalogues/es.json?words')).default,
    later: {
      staff: async () => (await import('./catalogues/es.json?words-staff')).default,
      device: async () => (await import('./catalogues/es.json?words-device')).default,
    },
  },
};

export type Text = Words & Pick<Language, 'locale' | 'direction'> & { code: LanguageCode };

/** Later words are missing until bringWords(): the pages that read them wait for it. */
const textOf = (code: LanguageCode, words: FirstWords): Text => {
  const { locale, direction } = languages[code];
  return { ...(words as Words), locale, direction, code };
};

export let text: Text = textOf('en', en);

const listeners = new Set<() => void>();

/** Told after the words have changed. Returns what takes it back. */
export function onLanguageChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const brought = new Set<Part>();

const laterOf = (code: LanguageCode): Promise<object[]> => Promise.all([...brought].map((part) => languages[code].later[part]()));

const wordsOf = async (code: LanguageCode): Promise<FirstWords> => {
  const parts = brought.size;
  const [first, later] = await Promise.all([languages[code].load(), laterOf(code)]);
  // A part was brought meanwhile, in the language before.
  if (brought.size > parts) return wordsOf(code);
  return Object.assign({}, first, ...later) as FirstWords;
};

/** For the pages that read them, before they are drawn; from then on in every language. Rejects when they cannot be had. */
export async function bringWords(part: Part): Promise<void> {
  if (brought.has(part)) return;
  const { code } = text;
  const words = await languages[code].later[part]();
  // Another language was chosen meanwhile.
  if (code !== text.code) return bringWords(part);
  brought.add(part);
  text = { ...text, ...words };
}

/** From now on in this language. When its words cannot be had, everything stays as it is. */
export async function speak(code: LanguageCode): Promise<void> {
  if (code === text.code) return;
  try {
    text = textOf(code, await wordsOf(code));
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
