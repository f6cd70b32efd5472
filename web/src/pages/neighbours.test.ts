import { expect, test } from 'vitest';
import { neighboursOf, stateOfAddress } from './neighbours';

test('neighbours are neighbours of each other', () => {
  for (const code of ['US-MT', 'US-TN', 'US-DC', 'US-WY']) {
    for (const other of neighboursOf(code)) expect(neighboursOf(other)).toContain(code);
  }
  expect(neighboursOf('US-HI')).toEqual([]);
  expect(neighboursOf('CA-BC')).toEqual([]);
});

test('the state of an address', () => {
  expect(stateOfAddress('118 Larkspur Lane, Hamilton, MT 59840 (invented)')).toBe('US-MT');
  expect(stateOfAddress('Am Markt 1, DE 12345')).toBe('US-DE'); // a guess is a guess
  expect(stateOfAddress('ZZ 12345')).toBeNull();
  expect(stateOfAddress('')).toBeNull();
});
