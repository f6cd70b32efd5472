// What the browser tests judge by.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chanceOfLarger } from './support/comparison.mjs';

test('chance is told from a difference', () => {
  assert.equal(chanceOfLarger([0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]), 1);
  assert.equal(chanceOfLarger([7, 8, 9, 10, 11, 12], [1, 2, 3, 4, 5, 6]), 1 / 924);
  assert.equal(chanceOfLarger([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]), 1);
  // Two sets of six whose values alternate: chance does that in about four of ten cases.
  const alternating = chanceOfLarger([2, 4, 6, 8, 10, 12], [1, 3, 5, 7, 9, 11]);
  assert.ok(alternating > 0.3 && alternating < 0.5, `${alternating}`);
  // Something at every kill and once without one: still no chance.
  assert.ok(chanceOfLarger([5, 4, 6, 5, 7, 4], [0, 0, 9, 0, 0, 0]) < 0.05);
  assert.ok(chanceOfLarger([5, 4, 6, 5, 7, 4], [0, 0, 0, 0, 0, 0]) < 0.005);
  // Something at one kill of six: no proof.
  assert.ok(chanceOfLarger([0, 0, 9, 0, 0, 0], [0, 0, 0, 0, 0, 0]) > 0.1);
});
