import { expect, test } from 'vitest';
import { firstStep, positionOf, resumeAt, stepAfter, wayIn } from './way_in';

const all = wayIn({ birth_date: 'own', place: true, questions: true });

test('the steps of a visit, without what it does not need', () => {
  expect(all).toEqual(['birthday', 'place', 'check', 'questions']);
  expect(wayIn({ birth_date: null })).toEqual(['check']);
  expect(wayIn({ birth_date: 'patient', questions: true })).toEqual(['birthday', 'check', 'questions']);
});

test('a step knows its place; a way of one step is not counted', () => {
  expect(positionOf(all, 'check')).toEqual({ now: 3, of: 4 });
  expect(positionOf(['check'], 'check')).toBeNull();
  expect(positionOf(['check', 'questions'], 'place')).toBeNull();
});

test('behind the last step is the seat', () => {
  expect(stepAfter(all, 'birthday')).toBe('place');
  expect(stepAfter(all, 'questions')).toBe('seat');
  expect(stepAfter(['check'], 'check')).toBe('seat');
});

test('with the seat comes the first step behind the birthday', () => {
  expect(firstStep(all)).toBe('place');
  expect(firstStep(['check'])).toBe('check');
  expect(firstStep([])).toBe('check');
});

test('a reload goes on where it was, if anything is asked there', () => {
  expect(resumeAt(all, 'questions')).toBe('questions');
  expect(resumeAt(all, undefined)).toBe('seat');
  expect(resumeAt(['birthday', 'check'], 'check')).toBe('seat');
  expect(resumeAt(undefined, 'check')).toBe('seat');
});
