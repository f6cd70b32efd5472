// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, test } from 'vitest';
import { daughter, doctor } from '../../call/fixtures';
import type { Steps } from '../../call/ladder';
import { LadderVoice, stepSentences } from './view';

const people = [doctor, daughter];
const phone = '(406) 555-0142';

test.each<[Steps, Steps, string[]]>([
  [{}, { 'p-rao': 'small' }, []],
  [{ 'p-rao': 'small' }, { 'p-rao': 'full' }, []],
  [{}, { 'p-rao': 'still' }, ['The picture of Dr. Rao is slow. The voice goes on.']],
  [{ 'p-rao': 'still' }, { 'p-rao': 'still' }, []],
  [{ 'p-rao': 'still' }, { 'p-rao': 'sound_only' }, ['Dr. Rao: sound only for now. The picture comes back by itself.']],
  [{ 'p-rao': 'sound_only' }, { 'p-rao': 'sound_lost' }, [`You cannot hear Dr. Rao just now. Please call ${phone}.`]],
  [{ 'p-rao': 'sound_only' }, { 'p-rao': 'small' }, ['The picture of Dr. Rao is back.']],
  [{}, { 'p-rao': 'still', 'p-ana': 'still' }, ['The picture of Dr. Rao is slow. The voice goes on.', 'The picture of Ana is slow. The voice goes on.']],
])('from %j to %j', (before, now, sentences) => {
  expect(stepSentences(before, now, people, phone)).toEqual(sentences);
});

test('is said once, politely, and nothing is said at first', () => {
  const place = document.createElement('div');
  const say = (steps: Steps) => act(() => render(<LadderVoice steps={steps} people={people} supportPhone={phone} />, place));
  void say({});
  const region = place.querySelector('[aria-live="polite"]');
  expect(region?.textContent).toBe('');
  void say({ 'p-rao': 'sound_only' });
  expect(region?.textContent).toContain('sound only');
});
