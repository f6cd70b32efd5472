import { describe, expect, test } from 'vitest';
import { conditionOf, isWorse, SteadySteps } from './ladder';

test('the order of the ladder', () => {
  expect(isWorse('still', 'small')).toBe(true);
  expect(isWorse('sound_lost', 'sound_only')).toBe(true);
  expect(isWorse('full', 'full')).toBe(false);
});

describe('steps as people see them', () => {
  test('become worse at once', () => {
    const steady = new SteadySteps(1000);
    expect(steady.update(0, { a: 'small' })).toEqual({ shown: { a: 'small' }, nextAt: null });
    expect(steady.update(10, { a: 'sound_only' }).shown).toEqual({ a: 'sound_only' });
  });

  test('become better only when it lasts', () => {
    const steady = new SteadySteps(1000);
    steady.update(0, { a: 'still' });
    expect(steady.update(100, { a: 'full' })).toEqual({ shown: { a: 'still' }, nextAt: 1100 });
    expect(steady.update(1099, { a: 'full' }).shown).toEqual({ a: 'still' });
    expect(steady.update(1100, { a: 'full' })).toEqual({ shown: { a: 'full' }, nextAt: null });
  });

  test('better and worse in turn stay at the worse', () => {
    const steady = new SteadySteps(1000);
    for (let at = 0; at < 10_000; at += 800) {
      expect(steady.update(at, { a: (at / 800) % 2 ? 'full' : 'still' }).shown).toEqual({ a: 'still' });
    }
  });

  test('on the way up each step counts from its own beginning', () => {
    const steady = new SteadySteps(1000);
    steady.update(0, { a: 'sound_only' });
    steady.update(100, { a: 'full' });
    steady.update(600, { a: 'still' }); // not so well after all
    expect(steady.update(1100, { a: 'still' }).shown).toEqual({ a: 'sound_only' });
    expect(steady.update(1600, { a: 'still' }).shown).toEqual({ a: 'still' });
  });

  test('who is no longer named is well again, and the same steps are the same object', () => {
    const steady = new SteadySteps(0);
    const first = steady.update(0, { a: 'still' }).shown;
    expect(steady.update(1, { a: 'still' }).shown).toBe(first);
    expect(steady.update(2, {}).shown).toEqual({ a: 'full' });
  });
});

test.each([
  ['full', 'moving', false, 'fine'],
  ['full', undefined, false, 'fine'],
  ['small', 'moving', false, 'small'],
  ['full', 'frozen', false, 'standing'],
  ['small', 'frozen', false, 'standing'],
  ['full', 'coming', false, 'coming'],
  ['still', 'frozen', false, 'still'],
  ['sound_only', 'unwanted', false, 'sound_only'],
  ['sound_lost', 'unwanted', false, 'sound_lost'],
  ['still', 'unwanted', true, 'reconnecting'],
] as const)('%s, %s, interrupted %s: %s', (step, motion, interrupted, expected) => {
  expect(conditionOf(step, motion, interrupted)).toBe(expected);
});
