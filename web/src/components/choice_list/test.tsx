// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { expectAccessible, show } from '../testing';
import { ChoiceList } from './view';

const choices = [
  { value: 'US-MT', words: 'Montana', note: 'Your home is here' },
  { value: 'US-ID', words: 'Idaho' },
];

test('a line is chosen by a tap', async () => {
  const onChoose = vi.fn();
  const place = show(<ChoiceList name="state" label="Which state?" choices={choices} value="US-MT" wrong={null} onChoose={onChoose} />);
  const [montana, idaho] = place.querySelectorAll('input');
  expect(montana?.checked).toBe(true);
  void act(() => idaho?.click());
  expect(onChoose).toHaveBeenCalledWith('US-ID');
  await expectAccessible(place);
});

test('what is missing is said above the choices', () => {
  const place = show(<ChoiceList name="state" label="Which state?" choices={choices} value={null} wrong="Please choose." onChoose={() => undefined} />);
  expect(place.querySelector('[role=alert]')?.textContent).toBe('Please choose.');
  expect(place.querySelector('fieldset')?.getAttribute('aria-describedby')).toBe('state-wrong');
});
