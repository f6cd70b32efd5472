import { expect, test } from 'vitest';
import { ANSWERS_PREFIX, answersAreKept } from './answers_kept';

const storage = (items: Record<string, string>) => ({ getItem: (key: string) => items[key] ?? null });

test('whether something of this person is left here', () => {
  expect(answersAreKept(storage({ [`${ANSWERS_PREFIX}me`]: '[]' }), 'me')).toBe(true);
  expect(answersAreKept(storage({ [`${ANSWERS_PREFIX}me`]: '[]' }), 'you')).toBe(false);
  expect(answersAreKept(null, 'me')).toBe(false);
});

test('storage that is off holds nothing', () => {
  const off = {
    getItem: () => {
      throw new DOMException('denied', 'SecurityError');
    },
  };
  expect(answersAreKept(off, 'me')).toBe(false);
});
