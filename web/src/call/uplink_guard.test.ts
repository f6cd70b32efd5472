import { describe, expect, test } from 'vitest';
import { UplinkGuard } from './uplink_guard';

/** Voice and everything that comes in a second, from a moment on. */
type Step = [at: number, voice: number, all: number];

/** When the guard held the camera back, looking ten times a second for `seconds`. */
function heldOver(seconds: number, steps: readonly Step[], guard = new UplinkGuard()): number[] {
  const held: number[] = [];
  let voice = 0;
  let all = 0;
  for (let now = 0; now <= seconds * 1000; now += 100) {
    const [, voiceRate, allRate] = [...steps].reverse().find(([at]) => now > at * 1000) ?? [0, 0, 0];
    voice += voiceRate / 10;
    all += allRate / 10;
    if (guard.observe({ at: now, voice, all })) held.push(now);
  }
  return held;
}

describe('the camera steps back', () => {
  test('within 0.2 s when a link loses its rate, and for 1.5 s', () => {
    const held = heldOver(8, [[0, 50, 170], [4, 8, 25], [4.6, 50, 50]]);
    expect(held[0]).toBe(4200);
    expect(held.at(-1)).toBe(5600);
  });

  test('when nothing comes at all', () => {
    expect(heldOver(5, [[0, 50, 170], [4, 0, 0]])[0]).toBe(4200);
  });

  test('again when the link breaks in again', () => {
    const held = heldOver(14, [[0, 50, 170], [4, 5, 20], [4.5, 50, 170], [10, 5, 20], [10.5, 50, 170]]);
    expect(held.filter((at) => at < 8000)[0]).toBe(4200);
    expect(held.filter((at) => at > 8000)[0]).toBe(10200);
  });
});

describe('it stays where it is', () => {
  test.each<[string, Step[]]>([
    ['nothing changes', [[0, 50, 170]]],
    ['somebody is muted', [[0, 50, 170], [4, 0, 120]]],
    ['a camera goes off', [[0, 50, 170], [4, 50, 50]]],
    ['a picture gets smaller', [[0, 50, 170], [4, 50, 80]]],
    ['every tenth packet is lost', [[0, 50, 170], [4, 45, 153]]],
    ['half of everything is lost for a moment', [[0, 50, 170], [4, 25, 85], [4.3, 50, 170]]],
    ['the link is known to be thin, and voice comes in long frames', [[0, 17, 40], [4, 3, 8]]],
    ['the call has just begun', [[0, 50, 170], [1, 5, 20], [2, 50, 170]]],
  ])('%s', (_name, steps) => {
    expect(heldOver(8, steps)).toEqual([]);
  });

  test('the browser tells what it told before', () => {
    const guard = new UplinkGuard();
    heldOver(4, [[0, 50, 170]], guard);
    for (let again = 0; again < 5; again++) expect(guard.observe({ at: 4000, voice: 200, all: 680 })).toBe(false);
  });

  test('the page itself was kept waiting', () => {
    const guard = new UplinkGuard();
    heldOver(4, [[0, 50, 170]], guard);
    expect(guard.observe({ at: 4900, voice: 205, all: 690 })).toBe(false);
    expect(guard.observe({ at: 5000, voice: 206, all: 692 })).toBe(false);
  });

  test('a new connection counts from zero', () => {
    const guard = new UplinkGuard();
    heldOver(4, [[0, 50, 170]], guard);
    expect(guard.observe({ at: 4100, voice: 3, all: 9 })).toBe(false);
    expect(guard.observe({ at: 4300, voice: 4, all: 12 })).toBe(false);
  });
});
