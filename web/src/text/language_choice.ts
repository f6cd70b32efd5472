// Which language a person reads: what they chose here, else what the clinic knows of them, else what
// their browser asks for.

import { languageOf, languages, speak, text } from './text';
import type { LanguageCode } from './text';

const KEY = 'bedside.language';

function remembered(): LanguageCode | undefined {
  try {
    return languageOf([localStorage.getItem(KEY) ?? '']);
  } catch {
    return undefined;
  }
}

export const chosenLanguage = (): LanguageCode => remembered() ?? languageOf(navigator.languages ?? []) ?? 'en';

/** Somebody pressed the button. False: its words did not come. A fresh page asks for them again, and nobody is torn out of a conversation for it. */
export async function chooseLanguage(code: LanguageCode): Promise<boolean> {
  try {
    localStorage.setItem(KEY, code);
  } catch {
    // Without storage the choice holds for this page.
  }
  await speak(code);
  return text.code === code;
}

/** What is chosen in one tab holds in all. */
export function followOtherTabs(): void {
  window.addEventListener('storage', ({ key }) => {
    if (key === KEY) void speak(chosenLanguage());
  });
}

/** The clinic knows which languages the person speaks. */
export function suggestLanguages(tags: readonly string[]): void {
  const known = languageOf(tags);
  if (known && !remembered()) void speak(known);
}

export const otherLanguages = (current: LanguageCode): LanguageCode[] =>
  (Object.keys(languages) as LanguageCode[]).filter((code) => code !== current);
