import { expect, test } from 'vitest';
import { browserOf, fitnessOf } from './browser_fitness';
import { cameraOutcome, markOf, microphoneOutcome, momentOf, speakerOutcome } from './check_report';

const track = { label: 'HD Webcam' } as MediaStreamTrack;
const ready = { name: 'ready', problem: null, audioTrack: track, videoTrack: track, microphoneInterrupted: false, soundOnly: false } as const;

test.each([
  [{}, false, 'good', undefined],
  [{}, true, 'fair', 'dark'],
  [{ videoTrack: null }, false, 'problem', 'not_found'],
  [{ videoTrack: null, soundOnly: true }, false, 'problem', 'skipped'],
  [{ name: 'failed', problem: 'blocked' }, false, 'problem', 'denied'],
  [{ name: 'failed', problem: 'blocked_by_system' }, false, 'problem', 'denied_by_system'],
  [{ name: 'asking' }, false, 'untried', undefined],
] as const)('a camera that is %o, dark: %s', (state, dark, verdict, reason) => {
  expect(cameraOutcome({ ...ready, ...state }, dark)).toEqual(reason ? { verdict, reason } : { verdict });
});

test.each([
  [{}, true, true, 'good', undefined],
  [{}, false, true, 'untried', 'not_heard'],
  [{}, false, false, 'good', undefined],
  [{ microphoneInterrupted: true }, true, true, 'problem', 'in_use'],
  [{ audioTrack: null }, false, true, 'problem', 'not_found'],
  [{ name: 'failed', problem: 'in_use' }, false, true, 'problem', 'in_use'],
] as const)('a microphone that is %o, heard: %s, measurable: %s', (state, heard, measurable, verdict, reason) => {
  expect(microphoneOutcome({ ...ready, ...state }, heard, measurable)).toEqual(reason ? { verdict, reason } : { verdict });
});

test('the bell is heard, not heard, or was not played', () => {
  expect([true, false, null].map((heard) => speakerOutcome(heard).verdict)).toEqual(['good', 'problem', 'untried']);
});

test('a mark tells only whether two devices are the same', async () => {
  const mark = await markOf(track);
  expect(mark).toMatch(/^[0-9a-f]{16}$/);
  expect(await markOf({ label: 'HD Webcam' } as MediaStreamTrack)).toBe(mark);
  expect(await markOf({ label: 'Another' } as MediaStreamTrack)).not.toBe(mark);
  expect(await markOf(null)).toBeUndefined();
});

test('half an hour ahead is before the visit', () => {
  expect(momentOf(10_000_000, 10_000_000 - 31 * 60_000)).toBe('before');
  expect(momentOf(10_000_000, 10_000_000 - 29 * 60_000)).toBe('door');
  expect(momentOf(null, 0)).toBe('door');
});

const ipad = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15';
const able = { hasCapture: true, hasPeerConnection: true };
test.each([
  ['Safari on an iPad', { userAgent: ipad, maxTouchPoints: 5, ...able }, 'safari', 17, 'good', undefined],
  ['an old Safari', { userAgent: ipad.replace('17.5', '14.1'), maxTouchPoints: 5, ...able }, 'safari', 14, 'fair', 'old'],
  ['Chrome on an iPad', { userAgent: 'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) CriOS/80.0 Mobile Safari/604.1', maxTouchPoints: 5, ...able }, 'chrome', 80, 'good', undefined],
  ['an old Chrome', { userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/80.0 Safari/537.36', maxTouchPoints: 0, ...able }, 'chrome', 80, 'fair', 'old'],
  ['Edge', { userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0', maxTouchPoints: 0, ...able }, 'edge', 130, 'good', undefined],
  ['Firefox', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', maxTouchPoints: 0, ...able }, 'firefox', 128, 'good', undefined],
  ['a page inside an app', { userAgent: 'Mozilla/5.0 (iPhone) Mobile/15E148 FBAN/FBIOS', maxTouchPoints: 5, ...able, hasCapture: false }, 'other', 0, 'problem', 'inside_app'],
  ['one without calls', { userAgent: 'Lynx', maxTouchPoints: 0, ...able, hasPeerConnection: false }, 'other', 0, 'problem', 'not_supported'],
] as const)('%s', (_name, facts, browser, version, verdict, reason) => {
  expect(browserOf(facts)).toEqual({ browser, version });
  expect(fitnessOf(facts)).toEqual(reason ? { verdict, reason } : { verdict });
});
