// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { expectAccessible, show } from '../testing';
import { BirthDateField, readBirthDate } from './view';

const now = new Date(Date.UTC(2026, 10, 21));

test.each([
  ['1955', '3', '4', '1955-03-04'],
  ['2000', '2', '29', '2000-02-29'],
  ['1900', '2', '29', 'no_such_day'],
  ['1955', '2', '30', 'no_such_day'],
  ['1955', '13', '1', 'no_such_day'],
  ['55', '3', '4', 'no_such_day'],
  ['2027', '1', '1', 'no_such_day'],
  ['1955', '', '4', 'missing'],
  ['', '', '', 'missing'],
])('%s %s %s is %s', (year, month, day, expected) => {
  const read = readBirthDate({ year, month, day }, now);
  expect(typeof read === 'string' ? read : read.problem).toBe(expected);
});

test('each field has a label, and what is wrong belongs to it', async () => {
  const place = show(<BirthDateField value={{ month: '', day: '', year: '' }} onChange={vi.fn()} wrong="Please look again." />);
  expect([...place.querySelectorAll('label')].map((one) => one.textContent)).toEqual(['Month', 'Day', 'Year']);
  expect(place.querySelector('#birth-year')?.getAttribute('aria-describedby')).toBe('birthday-wrong');
  await expectAccessible(place);
});
