// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { button, expectAccessible, later, press, show } from '../components/testing';
import { AnswerKeeper } from '../protocol/answer_keeper';
import type { KeeperParts } from '../protocol/answer_keeper';
import { HttpProblem } from '../protocol/http_api';
import type { Item, Questionnaire } from '../protocol/questionnaires';
import { AnswersPage } from './answers';

window.scrollTo = () => undefined;

const item = (fields: Partial<Item>): Item => ({ link_id: 'x', type: 'text', text: null, parent: null, required: false, conditions: [], any: false, ...fields });
const questionnaire = (id: string, items: Item[], answers: Questionnaire['answers']): Questionnaire => ({
  id,
  url: `urn:${id}`,
  title: null,
  copyright: null,
  items,
  complete: true,
  answers,
  prefill: [],
});

function open(give: KeeperParts['give'] = () => Promise.resolve({ follow: 'nothing' })) {
  const onCrisis = vi.fn();
  const asked = {
    questionnaires: [
      questionnaire('company', [item({ link_id: 'company', type: 'choice', text: { en: 'Who is with you?' }, options: [{ value: 'family', text: { en: 'Family' } }, { value: 'alone', text: { en: 'Nobody' } }] })], [
        { link_id: 'company', value: 'family' },
      ]),
      questionnaire('pain', [item({ link_id: 'pain', type: 'scale', text: { en: 'How much pain? Count all of it.' }, minimum: 0, maximum: 10 })], [{ link_id: 'pain', skipped: true }]),
    ],
    crisis: [],
  };
  const keeper = new AnswerKeeper(asked, { give, storage: null, owner: 'me', wait: () => undefined, onCrisis });
  const onDone = vi.fn();
  return { place: show(<AnswersPage keeper={keeper} clinic={null} onDone={onDone} />), keeper, onDone, onCrisis };
}

async function answer(place: HTMLElement, value: string) {
  void act(() => place.querySelector<HTMLInputElement>(`input[value="${value}"]`)?.click());
  press(place, 'Keep this answer');
  await act(later);
}

test('what was said, in words, each with a way to change it', async () => {
  const { place, onDone } = open();
  expect([...place.querySelectorAll('dt')].map((one) => one.textContent)).toEqual(['Who is with you?', 'How much pain?']);
  expect(place.textContent).toContain('Family');
  expect(place.textContent).toContain('Not answered');
  await expectAccessible(place.querySelector('dl') as HTMLElement);
  press(place, 'Back to the waiting room');
  expect(onDone).toHaveBeenCalledOnce();
});

test('a changed answer is sent and stands in the list', async () => {
  const give = vi.fn<KeeperParts['give']>(() => Promise.resolve({ follow: 'nothing' }));
  const { place, onDone } = open(give);
  press(place, 'Change: Who is with you?');
  await answer(place, 'alone');
  expect(give).toHaveBeenCalledWith('company', { answers: [{ link_id: 'company', value: 'alone' }], complete: true });
  expect(place.querySelector('.answers-list')?.textContent).toContain('Nobody');
  expect(onDone).not.toHaveBeenCalled();
});

test('a heavy one shows whom to call at once', async () => {
  const { place, onCrisis } = open(() => Promise.resolve({ follow: 'crisis' }));
  press(place, 'Change: How much pain?');
  await answer(place, '9');
  expect(onCrisis).toHaveBeenCalledOnce();
});

test('one that cannot be sent is kept, and said to be', async () => {
  const { place } = open(() => Promise.reject(new HttpProblem(503, 'busy', 'Later.')));
  press(place, 'Change: How much pain?');
  await answer(place, '4');
  expect(place.querySelector('.answers-list')?.textContent).toContain('4');
  expect(place.querySelector('[role=status]')?.textContent).toContain('keep trying');
  expect(button(place, 'Back to the waiting room')).toBeTruthy();
});

test('who is let in while they change an answer does not lose it; who goes back does not keep it', async () => {
  const give = vi.fn<KeeperParts['give']>(() => Promise.resolve({ follow: 'nothing' }));
  const { place, keeper } = open(give);
  press(place, 'Change: Who is with you?');
  void act(() => place.querySelector<HTMLInputElement>('input[value="alone"]')?.click());
  press(place, 'Back');
  await act(later);
  expect(give).not.toHaveBeenCalled();

  press(place, 'Change: Who is with you?');
  void act(() => render(null, place));
  expect(give).not.toHaveBeenCalled();

  const other = open(give);
  press(other.place, 'Change: Who is with you?');
  void act(() => other.place.querySelector<HTMLInputElement>('input[value="alone"]')?.click());
  void act(() => render(null, other.place));
  await act(later);
  expect(give).toHaveBeenCalledOnce();
  expect(other.keeper.of('company').get('company')).toEqual({ value: 'alone' });
  expect(keeper.of('company').get('company')).toEqual({ value: 'family' });
});
