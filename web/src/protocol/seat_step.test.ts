// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let told: { path: string; body: Record<string, unknown> }[] = [];

beforeEach(() => {
  told = [];
  vi.useFakeTimers();
  vi.resetModules();
  vi.stubGlobal('fetch', (path: string, options: { body: string }) => {
    told.push({ path, body: JSON.parse(options.body) as Record<string, unknown> });
    return Promise.reject(new Error('nobody is there'));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a step is told once, with what was wrong', async () => {
  const { tellStep } = await import('./seat_step');
  tellStep('permission_asked');
  tellStep('permission_asked');
  tellStep('permission_denied', { problems: ['camera'] });
  tellStep('permission_asked');
  expect(told.map(({ body }) => body)).toEqual([
    { step: 'permission_asked' },
    { step: 'permission_denied', problems: ['camera'] },
    { step: 'permission_asked' },
  ]);
  expect(told[0]!.path).toBe('/api/v1/seat/step');
});

test('a short look at a link is not told', async () => {
  const { tellOpened } = await import('./seat_step');
  const stop = tellOpened('secret');
  vi.advanceTimersByTime(2000);
  stop();
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
  tellOpened('secret');
  vi.advanceTimersByTime(3001);
  expect(told.map(({ body }) => body)).toEqual([{ step: 'link_opened', secret: 'secret' }]);
});

test('a page that nobody sees opens nothing', async () => {
  const { tellOpened } = await import('./seat_step');
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  tellOpened('secret', page as unknown as Document);
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  vi.advanceTimersByTime(3001);
  expect(told).toHaveLength(1);
});
