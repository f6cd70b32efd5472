// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { button, expectAccessible, press, show } from '../testing';
import { Repair } from './view';

const card = { title: 'Your microphone was taken away.', more: 'Your seat is kept.', word: 'Tap to turn sound on again', icon: 'microphone' as const, busy: false };

test('what happened, and one button that repairs it', async () => {
  const act = vi.fn();
  const place = show(<Repair {...card} act={act} />);
  expect(place.textContent).toContain('Your seat is kept.');
  press(place, card.word);
  expect(act).toHaveBeenCalledTimes(1);
  await expectAccessible(place);
});

test('while it repairs, a second tap does nothing', () => {
  const act = vi.fn();
  const place = show(<Repair {...card} busy act={act} />);
  press(place, card.word);
  expect(act).not.toHaveBeenCalled();
  expect(button(place, card.word).getAttribute('aria-busy')).toBe('true');
});
