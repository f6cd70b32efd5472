// Parts of the words come while another language is chosen. No part is here at the beginning: a module of its own.

import { beforeEach, expect, test, vi } from 'vitest';

type TextModule = typeof import('./text');
let words: TextModule;

beforeEach(async () => {
  vi.resetModules();
  words = await import('./text');
});

/** Holds one loading back until it is let go. */
function holdBack<T extends object, K extends keyof T>(owner: T, key: K): () => void {
  const load = owner[key] as () => Promise<unknown>;
  let go = () => undefined as void;
  const gate = new Promise<void>((resolve) => (go = resolve));
  owner[key] = (async () => (await gate, load())) as T[K];
  return go;
}

test('a part that is brought while another language comes is there in that language', async () => {
  const goOn = holdBack(words.languages.es, 'load');
  const spoken = words.speak('es');
  await words.bringWords('device');
  expect(words.text.check.pageTitle).toBeTypeOf('string');
  const english = words.text.check.pageTitle;
  goOn();
  await spoken;
  expect(words.text.code).toBe('es');
  expect(words.text.check.pageTitle).toBeTypeOf('string');
  expect(words.text.check.pageTitle).not.toBe(english);
});

test('a part that comes after the language changed comes in that language', async () => {
  const goOn = holdBack(words.languages.en.later, 'device');
  const brought = words.bringWords('device');
  await words.speak('es');
  goOn();
  await brought;
  const spanish = words.text.check.pageTitle;
  expect(words.text.code).toBe('es');
  await words.speak('en');
  expect(words.text.check.pageTitle).toBeTypeOf('string');
  expect(words.text.check.pageTitle).not.toBe(spanish);
});

test('words of a part that cannot be had leave everything as it is', async () => {
  const goOn = holdBack(words.languages.es, 'load');
  words.languages.es.later.device = () => Promise.reject(new TypeError('Failed to fetch'));
  const spoken = words.speak('es');
  await words.bringWords('device');
  goOn();
  await spoken;
  expect(words.text.code).toBe('en');
  expect(words.text.check.pageTitle).toBeTypeOf('string');
});
