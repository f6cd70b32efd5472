// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest';
import { expectAccessible, press, show } from '../testing';
import { DoorSound, soundIsOn } from './view';

afterEach(() => localStorage.clear());

test('it is on, can be turned off, and that is remembered', async () => {
  const onHear = vi.fn();
  expect(soundIsOn()).toBe(true);
  const place = show(<DoorSound onHear={onHear} />);
  press(place, 'Sound at the door: on');
  expect(soundIsOn()).toBe(false);
  expect(onHear).not.toHaveBeenCalled();
  await expectAccessible(place);
  press(show(<DoorSound onHear={onHear} />), 'Sound at the door: off');
  expect(soundIsOn()).toBe(true);
  expect(onHear).toHaveBeenCalledOnce();
});
