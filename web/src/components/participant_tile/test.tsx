// @vitest-environment jsdom
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { daughter } from '../../call/fixtures';
import { expectAccessible, show } from '../testing';
import { ParticipantTile } from './view';

beforeEach(() => {
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue();
});

const video = {} as MediaStream;
const tile = { person: daughter, slot: 1, video, showVideo: true, speaking: false, className: 'other' };
const picture = (place: HTMLElement) => place.querySelector('video') as HTMLVideoElement;

test('a picture with name and relation, found by person and slot', async () => {
  const place = show(<ParticipantTile {...tile} />);
  expect(picture(place).hidden).toBe(false);
  expect(picture(place).srcObject).toBe(video);
  expect(place.querySelector('[data-participant="p-ana"][data-slot="1"]')).not.toBeNull();
  expect(place.textContent).toContain('your daughter');
  await expectAccessible(place);
});

describe('without a picture it says why', () => {
  test.each([
    ['hidden', { person: { ...daughter, video_muted: true } }, 'Picture is off'],
    ['away', { person: { ...daughter, state: 'away' as const } }, 'Connection lost, comes back'],
    ['lost', { quality: 'lost' as const }, 'Connection lost, comes back'],
    ['a small page', { showVideo: false }, 'Sound only'],
    ['no slot yet', { slot: null, video: null }, 'Connecting'],
  ])('%s', (_, fields, words) => {
    const place = show(<ParticipantTile {...tile} {...fields} />);
    expect(picture(place).hidden).toBe(true);
    expect(place.textContent).toContain(words);
  });
});
