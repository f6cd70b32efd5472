// The catalogues: each language says everything that the English one says, of the same things.

import { afterEach, expect, test } from 'vitest';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProblems, laterSections, languages as catalogueLanguages, outputPath, parametersOf, readCatalogue, typesOf } from '../../scripts/words.mjs';
import { few, languageOf, languages, onLanguageChange, speak, text } from './text';

afterEach(() => speak('en'));

test('the type of the words is up to date (npm run generate)', () => {
  expect(readFileSync(outputPath, 'utf8')).toBe(typesOf(readCatalogue('en')));
});

test('there is a catalogue for each language that can be chosen, and no other', () => {
  expect(catalogueLanguages().sort()).toEqual(Object.keys(languages).sort());
});

test.each(Object.keys(languages))('%s says everything', (language) => {
  expect(findProblems(readCatalogue('en'), readCatalogue(language))).toEqual([]);
});

test('nothing is left in English', () => {
  const alike: string[] = [];
  const walk = (one: unknown, other: unknown, path: string) => {
    if (typeof one === 'string') {
      // Words, not names and letters: a sentence in both languages alike was forgotten.
      if (one === other && /\p{L}{3,}.*\s.*\p{L}{3,}/u.test(one.replace(/\{[^}]*\}/g, ''))) alike.push(path);
    } else for (const key of Object.keys(one as object)) walk((one as never)[key], (other as never)[key], `${path}.${key}`);
  };
  walk(readCatalogue('en'), readCatalogue('es'), '');
  expect(alike).toEqual([]);
});

test.each([
  [{ a: 'x {n}' }, { a: 'y' }, /takes \[\]/],
  [{ a: 'x' }, {}, /a: missing/],
  [{ a: 'x' }, { a: ' ' }, /a: empty/],
  [{ a: 'x' }, { a: 'y', b: 'z' }, /b: nobody asks/],
  [{ a: { b: 'x' } }, { a: 'y' }, /an object belongs/],
  [{ a: '{n, plural, one {#} other {#}}' }, { a: '{n}' }, /number/],
  [{ a: 'x' }, { a: '{open' }, /a:/],
])('a bad catalogue is told what is wrong: %j, %j', (base, other, problem) => {
  expect(findProblems(base, other).join()).toMatch(problem);
});

test('parameters are found in every branch', () => {
  expect(parametersOf('{n, plural, one {{who} #} other {{whom} #}}')).toEqual({ n: 'number', who: 'text', whom: 'text' });
});

test('numbers and people are told in the words of the language', async () => {
  expect(text.panel.parts({ count: 1 })).toBe('1 part');
  expect(text.state.seenStill({ names: few(['Ana', 'Dr. Rao']), count: 2 })).toMatch(/^Ana and Dr\. Rao see you/);
  expect(text.state.seenStill({ names: few(['A', 'B', 'C']), count: 3 })).toMatch(/^Everyone sees you/);
  await speak('es');
  expect(text.panel.parts({ count: 2 })).toBe('2 partes');
  expect(text.state.hearAndSee({ names: few(['Ana']), count: 1 })).toBe('Ana puede oírle y verle.');
  expect(text.state.hearAndSee({ names: few(['A', 'B', 'C']), count: 3 })).toBe('Todos pueden oírle y verle.');
  expect(text.locale).toBe('es-US');
});

test('a change of language is told once', async () => {
  const told: string[] = [];
  const stop = onLanguageChange(() => told.push(text.code));
  await speak('es');
  await speak('es');
  stop();
  await speak('en');
  expect(told).toEqual(['es']);
});

/** Every module that is there before anything is loaded on demand. */
function firstModules(): string[] {
  const found = new Set<string>();
  const follow = (path: string) => {
    const file = [path, `${path}.ts`, `${path}.tsx`].find((one) => /\.tsx?$/.test(one) && existsSync(one));
    if (!file || found.has(file)) return;
    found.add(file);
    const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm);
    for (const [, to] of imports) follow(join(dirname(file), to ?? ''));
  };
  follow(fileURLToPath(new URL('../main.tsx', import.meta.url)));
  return [...found];
}

test('nobody reads words before they were brought', () => {
  const modules = firstModules();
  expect(modules.length).toBeGreaterThan(50);
  const reads = new RegExp(`text\\.(${Object.values(laterSections).flat().join('|')})\\b`);
  expect(modules.filter((file) => reads.test(readFileSync(file, 'utf8')))).toEqual([]);
});

test('words that came later follow the language', async () => {
  expect(text.desk.mute).toBe('Mute');
  await speak('es');
  expect(text.desk.mute).toBe('Silenciar');
});

test.each([
  [['es-MX', 'en'], 'es'],
  [['fr', 'EN-us'], 'en'],
  [['fr'], undefined],
  [['constructor', ''], undefined],
  [[], undefined],
])('of %j we speak %s', (tags, code) => expect(languageOf(tags)).toBe(code));
