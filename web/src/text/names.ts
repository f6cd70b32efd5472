// Short ways to name people in a sentence.

const TITLES = /^(Dr|Prof|Mr|Mrs|Ms|Miss|Mx|Nurse)\.?$/i;

/** "Dr. Mira Rao" is "Dr. Rao", "Mrs. Ruth Alder" is "Mrs. Alder", "Ana Alder" is "Ana". */
export function shortName(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0] ?? '';
  if (words.length > 1 && TITLES.test(first)) return `${first} ${words[words.length - 1]}`;
  return first;
}

/** "Dr. Mira Rao" is "MR". */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => !TITLES.test(word) && /^\p{L}/u.test(word));
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
