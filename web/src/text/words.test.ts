import { afterEach, describe, expect, test } from 'vitest';
import { fullName, hasTitle, initials, list, shortName } from './names';
import { speak } from './text';
import { clock, dayAt, daysUntil, duration, minutesAgo, minutesBetween, momentAt, timeAt } from './times';

test.each([
  ['Dr. Mira Rao', 'Dr. Rao', 'MR'],
  ['Mrs. Ruth Alder', 'Mrs. Alder', 'RA'],
  ['Ana Alder', 'Ana', 'AA'],
  ['Cher', 'Cher', 'C'],
  ['  Prof Ida  van Dyck ', 'Prof Dyck', 'ID'],
  ['', '', ''],
  ['<img src=x>', '<img', 'S'],
  ['李 小龙', '李', '李小'],
])('%j is %j, %j', (name, short, letters) => {
  expect(shortName(name)).toBe(short);
  expect(initials(name)).toBe(letters);
});

afterEach(() => speak('en'));

test.each([
  ['Mrs. Ruth Alder', 'Mrs. Ruth Alder', 'Sra. Ruth Alder', 'Sra. Alder'],
  ['Mr Harold Pike', 'Mr Harold Pike', 'Sr. Harold Pike', 'Sr. Pike'],
  ['Dr. Mira Rao', 'Dr. Mira Rao', 'Dr. Mira Rao', 'Dr. Rao'],
  ['Dra. Clara Ines', 'Dr. Clara Ines', 'Dra. Clara Ines', 'Dra. Ines'],
  ['Sra. Pilar Quintero', 'Mrs. Pilar Quintero', 'Sra. Pilar Quintero', 'Sra. Quintero'],
  ['Ana Alder', 'Ana Alder', 'Ana Alder', 'Ana'],
  ['Mrs.', 'Mrs.', 'Mrs.', 'Mrs.'],
])('%j is %j in English, %j and %j in Spanish', async (name, english, spanish, short) => {
  expect(fullName(name)).toBe(english);
  await speak('es');
  expect(fullName(name)).toBe(spanish);
  expect(shortName(name)).toBe(short);
});

test('a first name alone has no title', () => {
  expect(hasTitle('Ruth')).toBe(false);
  expect(hasTitle(' Srta. Ruth')).toBe(true);
});

test('names in a sentence', () => {
  expect(list(['Ana'], 'en-US')).toBe('Ana');
  expect(list(['Ana', 'Dr. Rao'], 'en-US')).toBe('Ana and Dr. Rao');
});

describe('times', () => {
  const at = Date.UTC(2026, 10, 24, 17, 30);
  test('are told in the time zone of the visit', () => {
    expect(clock(at, 'en-US', 'America/Denver')).toMatch(/^10:30\sAM$/);
    expect(clock(new Date(at).toISOString(), 'en-US', 'UTC')).toMatch(/^5:30\sPM$/);
  });
  test('a time zone or a time that nobody knows does not break the page', () => {
    expect(clock(at, 'en-US', 'Mars/Olympus')).not.toBe('');
    expect(clock('soon', 'en-US')).toBe('');
  });
  test.each([
    [at, 0],
    [at + 86_400_000, 1],
    [at + 14 * 3_600_000, 1],
    [at - 86_400_000, -1],
  ])('%d is %d days away', (then, days) => {
    expect(daysUntil(then, at, 'America/Denver')).toBe(days);
  });
  test.each([
    [0, '0:00'],
    [59_600, '1:00'],
    [187_000, '3:07'],
    [3_723_000, '1:02:03'],
    [-5, '0:00'],
  ])('%d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
  test.each<[string, string, string, number | null]>([
    ['2026-11-24', '10:30', 'America/Denver', at],
    ['2026-11-24', '17:30', 'UTC', at],
    ['2026-11-25', '04:30', 'Australia/Sydney', at],
    ['2026-03-08', '02:30', 'America/Denver', null], // skipped
    ['2026-03-08', '03:30', 'America/Denver', Date.UTC(2026, 2, 8, 9, 30)],
    ['2026-11-01', '01:30', 'America/Denver', Date.UTC(2026, 10, 1, 7, 30)], // the first of two
    ['2026-11-01', '02:30', 'America/Denver', Date.UTC(2026, 10, 1, 9, 30)],
    ['soon', '10:30', 'UTC', null],
  ])('%s %s in %s', (day, time, zone, expected) => {
    expect(momentAt(day, time, zone)).toBe(expected);
    if (expected !== null) expect([dayAt(expected, zone), timeAt(expected, zone)]).toEqual([day, time]);
  });
  test('minutes', () => expect(minutesBetween(at, at + 17 * 60_000)).toBe(17));
  test('minutes ago', () => expect([90_000, 0, -90_000].map((since) => minutesAgo(at, at + since))).toEqual([2, 0, 0]));
});
