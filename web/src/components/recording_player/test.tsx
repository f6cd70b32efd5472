// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { expectAccessible, show } from '../testing';
import { offsetOf, RecordingPlayer } from './view';

const intervals = [
  { start: 1000, end: 61_000 },
  { start: 91_000, end: 121_000 },
];
const recording = {
  id: 'r/1',
  state: 'attached',
  started_at: 1000,
  intervals,
  participants: [
    { id: 'p-me', name: 'Ruth Alder', role: 'patient' as const, mime: 'video/webm', bytes: 2_500_000, duration_ms: 90_000, sha256: 'ab' },
  ],
};

test('what was not recorded is not in the file: the second interval begins where the first ends', () => {
  expect([offsetOf(intervals, 0), offsetOf(intervals, 1)]).toEqual([0, 60_000]);
});

test('one person’s recording, its consented times, its download', async () => {
  const place = show(<RecordingPlayer recording={recording} />);
  const video = place.querySelector('video');
  expect(video?.getAttribute('src')).toBe('/api/v1/recordings/r%2F1/participants/p-me/media');
  expect(place.querySelectorAll('.intervals li')).toHaveLength(2);
  expect(place.querySelector('a')?.getAttribute('href')).toContain('?download=1');
  await expectAccessible(place);
});

test('a recording that is not ready says so', () => {
  expect(show(<RecordingPlayer recording={{ ...recording, participants: [] }} />).textContent).toContain('being prepared');
});
