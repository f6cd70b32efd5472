// @vitest-environment jsdom
import { afterEach, describe, expect, test, vi } from 'vitest';
import { daughter, doctor, joinedReply, me } from '../../call/fixtures';
import { speak } from '../../text/text';
import { button, expectAccessible, later, press, show } from '../testing';
import { consentIsOpen, ConsentQuestion } from './view';

const texts = [
  { language: 'en', text: 'We record only if everyone says yes.\nIf you say no, the visit goes on.' },
  { language: 'es', text: 'Grabamos solo si todos dicen que sí.' },
];
const question = { asked: true, texts, text_version: '1', answer: 'none' as const };
afterEach(() => speak('en'));

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
  expect(onAnswer).toHaveBeenCalledWith(answer, 'en');
});

test('an answer that was not written down is said to have failed', async () => {
  const place = show(view(() => Promise.reject(new Error('store_failed'))));
  press(place, 'Yes, you may');
  await later();
  await later();
  expect(place.querySelector('[role=alert]')?.textContent).toMatch(/did not work/);
});

test('markup in the text is text', () => {
  const place = show(view(vi.fn(), { texts: [{ language: 'en', text: '<img src=x onerror=alert(1)>' }] }));
  expect(place.querySelector('img')).toBeNull();
});

test('in the language of the page, which the answer names', async () => {
  await speak('es');
  const onAnswer = vi.fn(() => Promise.resolve());
  const place = show(view(onAnswer));
  expect(place.textContent).toContain('Grabamos solo si todos dicen que sí.');
  expect(place.textContent).not.toContain('everyone says yes');
  press(place, 'Sí, pueden');
  expect(onAnswer).toHaveBeenCalledWith('given', 'es');
});

test('words that the site has in another language alone are marked as such', async () => {
  await speak('es');
  const onAnswer = vi.fn(() => Promise.resolve());
  const place = show(view(onAnswer, { texts: texts.slice(0, 1) }));
  expect(place.querySelector('[lang=en]')?.textContent).toBe('We record only if everyone says yes.');
  press(place, 'No, gracias');
  expect(onAnswer).toHaveBeenCalledWith('refused', 'en');
  await expectAccessible(place);
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
