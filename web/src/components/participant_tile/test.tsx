// @vitest-environment jsdom
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { daughter, participant } from '../../call/fixtures';
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

describe('the ladder', () => {
  test.each([
    ['small', 'Smaller picture'],
    ['still', 'The picture is slow, the voice goes on'],
    ['standing', 'The picture stands still'],
    ['coming', 'The picture is coming'],
    ['reconnecting', 'Reconnecting'],
  ] as const)('%s: the picture stays, with words', async (condition, words) => {
    const place = show(<ParticipantTile {...tile} condition={condition} />);
    expect(picture(place).hidden).toBe(false);
    expect(place.querySelector('.told')?.textContent).toContain(words);
    await expectAccessible(place);
  });

  test('sound alone: the name takes the place of the picture, which goes on below', async () => {
    const place = show(<ParticipantTile {...tile} condition="sound_only" />);
    expect(picture(place).className).toContain('covered');
    expect(picture(place).srcObject).toBe(video);
    expect(place.textContent).toContain('Sound only, to keep the voice clear.');
    await expectAccessible(place);
  });

  test('not even the voice: whom to call', async () => {
    const place = show(<ParticipantTile {...tile} speaking condition="sound_lost" supportPhone="(406) 555-0142" />);
    expect(place.textContent).toContain('You cannot hear Ana just now.');
    expect(place.textContent).not.toContain('is speaking');
    expect(place.querySelector('a[href="tel:4065550142"]')).not.toBeNull();
    await expectAccessible(place);
  });

  test('a covered tile does not say that it is small', () => {
    const sizes: number[] = [];
    show(<ParticipantTile {...tile} condition="sound_only" onSize={(slot) => sizes.push(slot)} />);
    expect(sizes).toEqual([]);
    show(<ParticipantTile {...tile} condition="still" onSize={(slot) => sizes.push(slot)} />);
    expect(sizes).toEqual([1]);
  });

  test('why somebody is away', () => {
    const away = (reason: 'hidden' | 'call') => show(<ParticipantTile {...tile} person={{ ...daughter, state: 'away', away: reason }} />).textContent;
    expect(away('hidden')).toContain('Away from the screen');
    expect(away('call')).toContain('On the phone');
  });
});

test('an interpreter’s language stays on the tile, speaking or not', () => {
  const luz = participant({ id: 'p-luz', name: 'Luz Ortega', role: 'interpreter', language: 'es' });
  for (const speaking of [false, true]) {
    const place = show(<ParticipantTile person={luz} slot={0} video={null} showVideo speaking={speaking} className="big" />);
    expect(place.querySelector('.language')?.textContent).toBe('Spanish');
  }
});
