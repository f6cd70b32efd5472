// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { beforeEach, expect, test, vi } from 'vitest';
import { later, press, show } from '../components/testing';
import { HttpProblem } from '../protocol/http_api';
import { beginPractice, endPractice, readPractice, renewPracticeLinks } from '../protocol/practice_api';
import type { Practice, PracticeBegun } from '../protocol/practice_api';
import { PracticePage } from './practice';

vi.mock('../protocol/practice_api', () => ({
  beginPractice: vi.fn(),
  endPractice: vi.fn(),
  readPractice: vi.fn(),
  renewPracticeLinks: vi.fn(),
}));

const clinic = { organisation: 'Larkfield', supportPhone: '' };
const person = (participant: string, name: string, role: 'coordinator' | 'patient' | 'caregiver', you = false) => ({ participant, name, role, you, here: false });
const practice: Practice = {
  visit: 'v',
  began_at: 0,
  ends_at: 7_200_000,
  birth_date: '1950-05-01',
  people: [person('own', 'Nora Quill', 'coordinator', true), person('alex', 'Alex Rivers', 'patient'), person('robin', 'Robin Rivers', 'caregiver')],
};
const begun: PracticeBegun = {
  practice,
  links: practice.people.map(({ participant, name, role }) => ({ participant, name, role, url: `https://visits.example.org/j#${participant}` })),
};
const onSignedOut = vi.fn();
const page = (running: Practice | null = null) => show(<PracticePage clinic={clinic} running={running} onSignedOut={onSignedOut} />);

beforeEach(() => {
  vi.stubGlobal('scrollTo', () => undefined);
  vi.mocked(readPractice).mockResolvedValue(null);
  vi.mocked(beginPractice).mockResolvedValue(begun);
  vi.mocked(renewPracticeLinks).mockResolvedValue(begun);
  vi.mocked(endPractice).mockResolvedValue();
  onSignedOut.mockReset();
});

test('says what it is, begins with one button, and shows each link but one’s own', async () => {
  const place = page();
  expect(place.textContent).toContain('Nothing is kept');
  expect(place.textContent).toContain('Nobody is alerted');
  press(place, 'Start a practice visit');
  await act(later);
  expect(beginPractice).toHaveBeenCalledWith('en');
  expect(place.querySelector('a[target=_blank]')?.getAttribute('href')).toBe('https://visits.example.org/j#own');
  expect([...place.querySelectorAll('input')].map(({ value }) => value)).toEqual(['https://visits.example.org/j#alex', 'https://visits.example.org/j#robin']);
  expect(place.textContent).toContain('May 1, 1950');
  press(place, 'End the practice visit');
  await act(later);
  expect(endPractice).toHaveBeenCalled();
  expect(place.textContent).toContain('Your practice visit is over');
});

test('after a reload the links have to be made anew', async () => {
  const place = page(practice);
  expect(place.querySelector('input')).toBeNull();
  press(place, 'Make new links');
  await act(later);
  expect(place.querySelectorAll('input')).toHaveLength(2);
});

test('what another window began is shown, not begun twice', async () => {
  vi.mocked(readPractice).mockResolvedValue(practice);
  vi.mocked(beginPractice).mockReset();
  const place = page();
  press(place, 'Start a practice visit');
  await act(later);
  expect(beginPractice).not.toHaveBeenCalled();
  expect(place.querySelectorAll('input')).toHaveLength(2);
});

test('why it does not begin is said', async () => {
  for (const [code, words] of [['too_soon', 'wait a few seconds'], ['too_many', 'Many colleagues'], ['store_failed', 'did not work']] as const) {
    vi.mocked(beginPractice).mockRejectedValue(new HttpProblem(409, code, ''));
    const place = page();
    press(place, 'Start a practice visit');
    await act(later);
    expect(place.querySelector('[role=status]')?.textContent).toContain(words);
  }
});

test('who is signed out by now signs in again', async () => {
  vi.mocked(readPractice).mockRejectedValue(new HttpProblem(401, 'session_expired', ''));
  press(page(), 'Start a practice visit');
  await act(later);
  expect(onSignedOut).toHaveBeenCalled();
});

test('when it is over elsewhere, the page says so', async () => {
  vi.useFakeTimers();
  const place = page(practice);
  vi.mocked(readPractice).mockResolvedValue({ ...practice, people: practice.people.map((one) => ({ ...one, here: true })) });
  await act(async () => void (await vi.advanceTimersByTimeAsync(4000)));
  expect(place.textContent).toContain('is here');
  vi.mocked(readPractice).mockResolvedValue(null);
  await act(async () => void (await vi.advanceTimersByTimeAsync(4000)));
  expect(place.textContent).toContain('Your practice visit is over');
  vi.useRealTimers();
});
