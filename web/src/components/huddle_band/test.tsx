// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { daughter, doctor, me } from '../../call/fixtures';
import { expectAccessible, later, press, show } from '../testing';
import { HuddleBand, HuddleButton } from './view';

test('says with whom, who does not hear it, and that nothing is recorded', async () => {
  const onEnd = vi.fn(() => Promise.resolve());
  const place = show(<HuddleBand colleagues={[doctor]} calm={[me, daughter]} onEnd={onEnd} />);
  expect(place.textContent).toContain('Private huddle with Dr. Rao.');
  expect(place.textContent).toContain('Mrs. Alder and Ana cannot see or hear you. Nothing is recorded.');
  press(place, 'End huddle');
  expect(onEnd).toHaveBeenCalled();
  await act(later);
  await expectAccessible(place);
});

test('alone for the moment, it stays private', () => {
  const place = show(<HuddleBand colleagues={[]} calm={[]} onEnd={() => Promise.resolve()} />);
  expect(place.textContent).toContain('Nobody else can see or hear you.');
});

test('begins with whoever is there, and says when it did not work', async () => {
  const place = show(<HuddleButton colleagues={[doctor]} onBegin={() => Promise.reject(new Error('alone'))} />);
  press(place, 'Huddle with Dr. Rao');
  await act(later);
  expect(place.querySelector('[role=alert]')).not.toBeNull();
});
