// @vitest-environment jsdom
import { describe, expect, test, vi } from 'vitest';
import { daughter, doctor, joinedReply, me } from '../../call/fixtures';
import { button, expectAccessible, later, press, show } from '../testing';
import { consentIsOpen, ConsentQuestion } from './view';

const question = { asked: true, text: 'We record only if everyone says yes.\nIf you say no, the visit goes on.', text_version: '1', answer: 'none' as const };
const recording = { ...joinedReply().recording, state: 'asking' as const, waiting_for: ['p-me'] };

const view = (onAnswer: (answer: 'given' | 'refused') => Promise<void>, fields = {}) => (
  <ConsentQuestion question={{ ...question, ...fields }} people={[me, doctor, daughter]} recording={recording} takeFocus onAnswer={onAnswer} />
);

test('the text as it was sent, two equal buttons, and who has answered', async () => {
  const place = show(view(vi.fn()));
  expect([...place.querySelectorAll('.ask > p')].map((one) => one.textContent)).toContain('If you say no, the visit goes on.');
  expect(button(place, 'Yes, you may').className).toBe(button(place, 'No, thank you').className);
  expect([...place.querySelectorAll('.answers li')].map((one) => one.textContent)).toEqual(['YouWe ask you now', 'Dr. RaoYes', 'AnaYes']);
  expect(document.activeElement).toBe(place.querySelector('.ask'));
  await expectAccessible(place);
});

test.each([
  ['Yes, you may', 'given'],
  ['No, thank you', 'refused'],
])('%s is %s', (words, answer) => {
  const onAnswer = vi.fn(() => Promise.resolve());
  press(show(view(onAnswer)), words);
  expect(onAnswer).toHaveBeenCalledWith(answer);
});

test('an answer that was not written down is said to have failed', async () => {
  const place = show(view(() => Promise.reject(new Error('store_failed'))));
  press(place, 'Yes, you may');
  await later();
  await later();
  expect(place.querySelector('[role=alert]')?.textContent).toMatch(/did not work/);
});

test('markup in the text is text', () => {
  const place = show(view(vi.fn(), { text: '<img src=x onerror=alert(1)>' }));
  expect(place.querySelector('img')).toBeNull();
});

describe('is open', () => {
  test.each([
    [true, 'none', true],
    [true, 'given', false],
    [false, 'none', false],
  ] as const)('asked %s, answered %s: %s', (asked, answer, open) => {
    expect(consentIsOpen({ ...question, asked, answer })).toBe(open);
  });
});
