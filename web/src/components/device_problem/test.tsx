// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../testing';
import { PermissionSteps, wordsFor } from './view';

test.each([
  ['blocked', 'ipad', false, 'Your iPad does not let us use the camera', 'ipad'],
  ['blocked', 'edge', false, 'Your browser does not let us use the camera', 'chrome'],
  ['blocked', 'iphone', true, 'Please open the link in your browser', null],
  ['in_use', 'chrome', true, 'Another program is using your camera or microphone', null],
  ['none_found', 'chrome', false, 'We found no microphone', null],
  ['not_supported', 'other', false, 'This browser cannot make video calls', null],
] as const)('%s on %s (inside an app: %s): %s', (problem, platform, insideApp, title, steps) => {
  expect(wordsFor(problem, platform, insideApp)).toMatchObject({ title, steps });
});

test.each(['ipad', 'android', 'chrome', 'firefox', 'safari'] as const)('three steps for %s', async (steps) => {
  const place = show(<PermissionSteps steps={steps} />);
  expect(place.querySelectorAll('li')).toHaveLength(3);
  await expectAccessible(place);
});
