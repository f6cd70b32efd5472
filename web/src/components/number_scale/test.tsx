// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { expectAccessible, show } from '../testing';
import { NumberScale } from './view';

const anchors = [
  { value: 0, words: 'None' },
  { value: 10, words: 'The worst' },
];

test('every point can be chosen, and says its words', async () => {
  const onChoose = vi.fn();
  const place = show(<NumberScale name="pain" label="Pain?" minimum={0} maximum={10} anchors={anchors} value={6} wrong={null} onChoose={onChoose} />);
  const points = [...place.querySelectorAll('input')];
  expect(points).toHaveLength(11);
  expect(points[6]?.checked).toBe(true);
  expect(points[10]?.getAttribute('aria-label')).toBe('10: The worst');
  void act(() => points[0]?.click());
  expect(onChoose).toHaveBeenCalledWith(0);
  await expectAccessible(place);
});
