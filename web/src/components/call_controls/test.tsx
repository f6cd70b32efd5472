// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { button, expectAccessible, press, show } from '../testing';
import { CallControls } from './view';

const controls = { audioMuted: false, videoMuted: false, hasCamera: true, onMute: vi.fn(), onHide: vi.fn(), onLeave: vi.fn() };

test('three buttons that say what they do', async () => {
  const place = show(<CallControls {...controls} />);
  press(place, 'Mute me');
  press(place, 'Hide me');
  press(place, 'Leave');
  for (const act of [controls.onMute, controls.onHide, controls.onLeave]) expect(act).toHaveBeenCalledOnce();
  await expectAccessible(place);
});

test('and what undoes it', () => {
  const place = show(<CallControls {...controls} audioMuted videoMuted />);
  expect(button(place, 'Unmute me')).toBeTruthy();
  expect(button(place, 'Show me')).toBeTruthy();
});

test('without a camera the button stays, does nothing, and says why', async () => {
  const onHide = vi.fn();
  const place = show(<CallControls {...controls} hasCamera={false} onHide={onHide} />);
  press(place, /Hide me/);
  expect(onHide).not.toHaveBeenCalled();
  expect(button(place, /Hide me/).getAttribute('aria-disabled')).toBe('true');
  await expectAccessible(place);
});
