import { describe, expect, test } from 'vitest';
import { PictureWatch, SoundWatch, Watchdog } from './slot_watch';

/** Looks every quarter of a second at a camera with these frame times. */
function watch(frameTimes: number[], until: number, wanted: (at: number) => boolean = () => true) {
  const picture = new PictureWatch();
  const seen: string[] = [];
  for (let at = 0; at <= until; at += 250) seen.push(picture.observe(at, frameTimes.filter((one) => one <= at).length, wanted(at)));
  return seen;
}
const frames = (from: number, to: number, perSecond: number) =>
  Array.from({ length: Math.floor(((to - from) / 1000) * perSecond) }, (_, index) => from + (index * 1000) / perSecond);

describe('a picture', () => {
  test('that moves, also slowly, needs no words', () => {
    expect(new Set(watch(frames(0, 10_000, 24), 10_000))).toEqual(new Set(['moving']));
    expect(new Set(watch(frames(0, 10_000, 3), 9500))).toEqual(new Set(['moving']));
  });

  test('that stops has words within a second', () => {
    const seen = watch(frames(0, 2000, 24), 4000);
    const frozenAt = seen.indexOf('frozen') * 250;
    expect(frozenAt).toBeGreaterThan(2000);
    expect(frozenAt).toBeLessThanOrEqual(3000);
  });

  test('has to move for a second before the words go', () => {
    const seen = watch([...frames(0, 2000, 24), ...frames(5000, 9000, 24)], 8000);
    expect(seen[5250 / 250]).toBe('frozen');
    expect(seen[5750 / 250]).toBe('frozen');
    expect(seen[6500 / 250]).toBe('moving');
  });

  test('one frame in between does not make the words blink', () => {
    const seen = watch([...frames(0, 2000, 24), 4000, 6000, 8000], 9000);
    expect(new Set(seen.slice(3000 / 250))).toEqual(new Set(['frozen']));
  });

  test('that never came is on its way', () => {
    expect(new Set(watch([], 3000))).toEqual(new Set(['coming']));
  });

  test('that nobody expects is not missed, and then gets its time', () => {
    const seen = watch(frames(0, 1000, 24), 6000, (at) => at < 1500 || at >= 4000);
    expect(seen[2000 / 250]).toBe('unwanted');
    expect(seen[4000 / 250]).toBe('moving');
    expect(seen[5000 / 250]).toBe('frozen');
  });

  test('counted by a new element is a picture, too', () => {
    const picture = new PictureWatch();
    picture.observe(0, 500, true);
    expect(picture.observe(800, 3, true)).toBe('moving');
  });
});

test('a watchdog asks for more the longer it lasts, and for each once', () => {
  const dog = new Watchdog();
  const asked: [number, string][] = [];
  for (let at = 0; at <= 60_000; at += 250) {
    const remedy = dog.observe(at, at < 1000 || at > 50_000);
    if (remedy) asked.push([at, remedy]);
  }
  expect(asked).toEqual([[4000, 'repair'], [9000, 'renegotiate'], [16_000, 'restart']]);
  dog.observe(60_500, false);
  expect(dog.observe(63_500, false)).toBe('repair');
});

describe('a voice', () => {
  const listen = (share: number, wanted = true) => {
    const sound = new SoundWatch();
    let heard = true;
    for (let at = 0; at <= 6000; at += 250) heard = sound.observe(at, at * share, wanted);
    return heard;
  };
  test.each([
    ['that comes', 1, true, true],
    ['of which most is lost', 0.3, true, true],
    ['that is made up alone', 0, true, false],
    ['that is muted', 0, false, true],
  ])('%s', (_, share, wanted, heard) => expect(listen(share, wanted)).toBe(heard));
});
