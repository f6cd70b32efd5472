import { afterEach, expect, test } from 'vitest';
import { placeName, placesOf } from './places';
import { speak } from './text';

afterEach(() => speak('en'));

test.each([
  ['US-MT', 'Montana', 'Montana'],
  ['US-NM', 'New Mexico', 'Nuevo México'],
  ['FR-75', 'France, 75', 'Francia, 75'],
  ['XX-XX', 'another country', 'otro país'],
])('%s is %j, %j', async (code, english, spanish) => {
  expect(placeName(code)).toBe(english);
  await speak('es');
  expect(placeName(code)).toBe(spanish);
});

test('where a site names none, the American states', () => {
  const places = placesOf([]);
  expect(places.get('US-MT')).toBe('Montana');
  expect(places.size).toBe(56);
});

test('the places of a site, in its own words where it has them', async () => {
  await speak('es');
  const places = placesOf([
    { state: 'US-NM', words: { en: 'New Mexico', es: 'Nuevo Méjico' } },
    { state: 'CA-ON', words: null },
  ]);
  expect([...places]).toEqual([
    ['US-NM', 'Nuevo Méjico'],
    ['CA-ON', 'Canadá, ON'],
  ]);
});

test('a whole country, and one whose states nobody lists', () => {
  const places = placesOf([
    { state: 'US-MT', words: { en: 'Big Sky' } },
    { state: 'US-*', words: null },
    { state: 'MX-*', words: null },
  ]);
  expect(places.get('US-MT')).toBe('Big Sky');
  expect(places.get('US-ID')).toBe('Idaho');
  expect(places.has('MX-*')).toBe(false);
  expect(places.size).toBe(56);
});
