import { beforeEach, expect, test, vi } from 'vitest';
import { freshPage } from './fresh_page';

let kept: Map<string, string>;
let at: number;
const reload = vi.fn();

const tools = (fields = {}) => ({
  storage: () => ({ getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }) as Storage,
  now: () => at,
  isReachable: () => Promise.resolve(true),
  reload,
  ...fields,
});

beforeEach(() => {
  kept = new Map();
  at = 1_000_000;
  reload.mockReset();
});

test('a page whose gateway answers is loaded anew', async () => {
  await freshPage(tools());
  expect(reload).toHaveBeenCalledTimes(1);
});

test.each([
  ['answers with an error', () => Promise.resolve(false)],
  ['does not answer', () => Promise.reject(new TypeError('Failed to fetch'))],
])('a page whose gateway %s stays: the browser would show its own', async (_, isReachable) => {
  await freshPage(tools({ isReachable }));
  expect(reload).not.toHaveBeenCalled();
  await freshPage(tools());
  expect(reload).toHaveBeenCalledTimes(1); // a failed look does not count
});

test('a page that stays broken is loaded anew more and more seldom', async () => {
  const times: number[] = [];
  reload.mockImplementation(() => void times.push((at - 1_000_000) / 1000));
  for (; at <= 1_000_000 + 200_000; at += 1000) await freshPage(tools());
  expect(times).toEqual([0, 4, 12, 28, 60, 120, 180]);
});

test('what is long ago is forgotten', async () => {
  await freshPage(tools());
  at += 3600_000;
  await freshPage(tools());
  at += 4000;
  await freshPage(tools());
  expect(reload).toHaveBeenCalledTimes(3);
});

test('without storage nobody could count, and it is left alone', async () => {
  await freshPage(
    tools({
      storage: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    }),
  );
  expect(reload).not.toHaveBeenCalled();
});
