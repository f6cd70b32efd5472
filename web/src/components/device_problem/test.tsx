// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test } from 'vitest';
import { text } from '../../text/text';
import { expectAccessible, show } from '../testing';
import { Guides, guides, GuideSteps } from './guides';
import { wordsFor } from './view';

const facts = { platform: 'chrome', insideApp: false, windows: false, denied: 'both' } as const;

test.each([
  ['blocked', { platform: 'ipad' }, 'Your iPad does not let us use the camera and the microphone', 'ipad'],
  ['blocked', { platform: 'edge', denied: 'microphone' }, 'Your browser does not let us use the microphone', 'edge'],
  ['blocked', { platform: 'firefox', denied: 'camera' }, 'Your browser does not let us use the camera', 'firefox'],
  ['blocked', { platform: 'iphone', insideApp: true }, 'Please open the link in your browser', 'inside_ios'],
  ['not_supported', { platform: 'android', insideApp: true }, 'Please open the link in your browser', 'inside_android'],
  ['blocked_by_system', { windows: true }, 'Your device does not let this browser use the camera', 'windows'],
  ['blocked_by_system', { platform: 'safari' }, 'Your device does not let this browser use the camera', 'mac'],
  ['blocked_by_system', { platform: 'ipad' }, 'Your device does not let this browser use the camera', 'ios_settings'],
  ['in_use', { insideApp: true }, 'Another program is using your camera or microphone', null],
  ['none_found', {}, 'We found no microphone', null],
  ['not_supported', { platform: 'other' }, 'This browser cannot make video calls', null],
] as const)('%s with %o: %s', (problem, more, title, guide) => {
  expect(wordsFor(problem, { ...facts, ...more })).toMatchObject({ title, guide });
});

test.each(guides)('%s: every step but the last has its drawing', async (guide) => {
  const place = show(<GuideSteps guide={guide} />);
  const steps = text.help.steps[guide].length;
  expect(place.querySelectorAll('li')).toHaveLength(steps + 1);
  expect(place.querySelectorAll('svg.mock')).toHaveLength(steps);
  await expectAccessible(place);
});

test('another device can be chosen', async () => {
  const place = show(<Guides first="ipad" />);
  const choice = place.querySelector('select') as HTMLSelectElement;
  expect(choice.value).toBe('ipad');
  void act(() => {
    choice.value = 'firefox';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
  });
  expect(place.textContent).toContain('camera sign');
  await expectAccessible(place);
});
