// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { expectAccessible, press, show } from '../testing';
import { QuestionList } from './view';

const type = (place: HTMLElement, words: string) => {
  const field = place.querySelector('textarea') as HTMLTextAreaElement;
  void act(() => {
    field.value = words;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
};

test('adds, takes from what is often asked, and removes', async () => {
  const onChange = vi.fn();
  const place = show(<QuestionList questions={['Why?']} lengthMax={100} onChange={onChange} />);
  type(place, '  Do I need\nchemotherapy? ');
  press(place, 'Add this question');
  expect(onChange).toHaveBeenLastCalledWith(['Why?', 'Do I need chemotherapy?']);
  press(place, 'Add: How sure is this diagnosis?');
  expect(onChange).toHaveBeenLastCalledWith(['Why?', 'How sure is this diagnosis?']);
  press(place, 'Remove: Why?');
  expect(onChange).toHaveBeenLastCalledWith([]);
  await expectAccessible(place);
});

test('nothing is added twice, or beyond what the gateway takes', () => {
  const onChange = vi.fn();
  const place = show(<QuestionList questions={['Why?']} lengthMax={10} onChange={onChange} />);
  type(place, 'Why?');
  press(place, 'Add this question');
  type(place, 'A much longer question?');
  press(place, 'Add this question');
  expect(onChange).not.toHaveBeenCalled();
  expect(place.querySelector('[role=alert]')).not.toBeNull();
});
