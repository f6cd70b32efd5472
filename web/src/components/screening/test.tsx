// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import type { Alert, Screening, ScreeningScore } from '../../protocol/http_api';
import { expectAccessible, later, press, show } from '../testing';
import { answerWords, scoreName, scoreWords } from './scores';
import type { ScreeningState } from './use_screening';
import { ScreeningAtDoor, ScreeningSide } from './view';

const ruth = { id: 'p-alder', name: 'Mrs. Ruth Alder', role: 'patient' } as const;
const score = (fields: Partial<ScreeningScore> = {}): ScreeningScore => ({
  code: 'distress',
  title: { en: 'How the past week felt' },
  value: 8,
  maximum: 10,
  answered: 1,
  asked: 1,
  follow: 'crisis',
  ...fields,
});
const alert = (fields: Partial<Alert> = {}): Alert => ({
  id: 'a-1',
  state: 'pressing',
  score: 'distress',
  value: 8,
  maximum: 10,
  follow: 'crisis',
  raised_at: Date.UTC(2026, 10, 22, 15),
  told: 'coordinator',
  owner: null,
  acknowledged: null,
  note: '',
  person: ruth,
  ...fields,
});
const screening = (fields: Partial<Screening> = {}): Screening => ({
  responses: [
    {
      id: 'r-1',
      participant: ruth,
      questionnaire: { id: 'q', url: 'urn:q', version: '1', title: null },
      complete: true,
      updated_at: 1,
      answers: [
        { link_id: 'distress', text: { en: 'How heavy?' }, value: 8, words: null },
        { link_id: 'state', text: { en: 'Which state?' }, meaning: 'place.state', value: 'US-ID', words: { en: 'Idaho' } },
        { link_id: 'names', text: { en: 'Who?' }, skipped: true },
        { link_id: 'mine', text: { en: 'What?' }, meaning: 'questions', value: 'Do I need it?\nWhen?' },
      ],
      scores: [score(), score({ code: 'pain', value: 2, follow: 'nothing' })],
    },
  ],
  alerts: [alert()],
  ...fields,
});
const stateOf = (fields: Partial<ScreeningState> = {}): ScreeningState => ({ screening: screening(), failed: false, again: vi.fn(), acknowledge: vi.fn(() => Promise.resolve()), ...fields });

test('an alert that nobody has seen stands at the door, and is acknowledged there', async () => {
  const state = stateOf();
  const place = show(<ScreeningAtDoor state={state} participant="p-alder" />);
  expect(place.textContent).toContain('Distress: 8 of 10');
  expect(place.textContent).toContain('Idaho');
  expect(place.querySelector('[data-alert=pressing]')).not.toBeNull();
  press(place, 'I have seen it');
  expect(state.acknowledge).toHaveBeenCalledWith('a-1');
  await expectAccessible(place);
});

test('who has seen it, stands there afterwards', () => {
  const seen = alert({ state: 'acknowledged', acknowledged: { at: Date.UTC(2026, 10, 22, 15, 5), id: 'q', name: 'Tessa Quill' } });
  const place = show(<ScreeningAtDoor state={stateOf({ screening: screening({ alerts: [seen] }) })} participant="p-alder" />);
  expect(place.textContent).toContain('Tessa Quill');
  expect(place.querySelector('button')).toBeNull();
});

test('says when it could not be told', async () => {
  const place = show(<ScreeningAtDoor state={stateOf({ acknowledge: () => Promise.reject(new Error('down')) })} participant="p-alder" />);
  press(place, 'I have seen it');
  await act(later);
  expect(place.querySelector('[role=alert]')).not.toBeNull();
});

test('their questions and all answers stand beside; alerts only of who is not at the door', async () => {
  const place = show(<ScreeningSide state={stateOf()} atDoor={['p-alder']} />);
  expect([...place.querySelectorAll('.their-questions li')].map((one) => one.textContent)).toEqual(['Do I need it?', 'When?']);
  expect(place.querySelector('[data-alert]')).toBeNull();
  await expectAccessible(place);
  expect(show(<ScreeningSide state={stateOf()} atDoor={[]} />).querySelector('[data-alert]')).not.toBeNull();
});

test('whoever was asked nothing has nothing there', () => {
  const empty = stateOf({ screening: { responses: [], alerts: [] } });
  expect(show(<ScreeningAtDoor state={empty} participant="p-alder" />).textContent).toBe('');
  expect(show(<ScreeningSide state={empty} atDoor={[]} />).textContent).toBe('');
});

test('what cannot be read is said, and can be tried again', () => {
  const state = stateOf({ screening: { responses: [], alerts: [] }, failed: true });
  press(show(<ScreeningSide state={state} atDoor={[]} />), 'Try again');
  expect(state.again).toHaveBeenCalled();
});

test.each([
  [{}, '8 of 10'],
  [{ answered: 1, asked: 2 }, 'at least 8 of 10'],
  [{ code: 'phq-4', value: 7, maximum: 12 }, '7 of 12, moderate'],
  [{ code: 'phq-4', value: 9, maximum: 12 }, '9 of 12, severe'],
  [{ code: 'phq-4', value: 9, maximum: 12, answered: 3, asked: 4 }, 'at least 9 of 12'],
] as const)('%o is %s', (fields, words) => {
  expect(scoreWords(score(fields))).toBe(words);
});

test('a score that a site made up is called as its questionnaire', () => {
  expect(scoreName('phq-2')).toBe('Low mood (PHQ-2)');
  expect(scoreName('sleep', { en: 'How you sleep' })).toBe('How you sleep');
  expect(scoreName('constructor')).toBe('constructor');
});

test.each([
  [{ skipped: true }, 'skipped'],
  [{ value: true }, 'Yes'],
  [{ value: 10, words: { en: 'The worst' } }, '10: The worst'],
  [{ value: 3 }, '3'],
  [{ value: 'US-ID', words: { en: 'Idaho' } }, 'Idaho'],
  [{ value: 'Ana' }, 'Ana'],
] as const)('the answer %o reads %s', (answer, words) => {
  expect(answerWords({ link_id: 'a', text: null, ...answer })).toBe(words);
});
