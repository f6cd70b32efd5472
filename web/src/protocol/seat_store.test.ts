import { webcrypto } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { SeatStore } from './seat_store';

/** Storage in a plain object; Node 18 has no global crypto either. */
let stored: Record<string, string>;
const storage = () =>
  ({
    getItem: (key: string) => stored[key] ?? null,
    setItem: (key: string, value: string) => void (stored[key] = value),
  }) as unknown as Storage;

beforeEach(() => {
  stored = {};
  vi.stubGlobal('crypto', webcrypto);
});

test('remembers a seat under its link, and nobody else’s', async () => {
  const mine = await SeatStore.open('link-1', storage);
  mine.change({ seatToken: 't', deviceToken: 'd' });
  mine.change({ left: true });
  expect((await SeatStore.open('link-1', storage)).read()).toEqual({ seatToken: 't', deviceToken: 'd', left: true });
  expect((await SeatStore.open('link-2', storage)).read()).toEqual({});
});

test('the secret of the link is not written down', async () => {
  (await SeatStore.open('very-secret-link', storage)).change({ seatToken: 't' });
  expect(JSON.stringify(stored)).not.toContain('very-secret-link');
});

test('storage that is off costs only the comfort', async () => {
  const store = await SeatStore.open('link', () => {
    throw new DOMException('denied', 'SecurityError');
  });
  store.change({ seatToken: 't' });
  expect(store.read()).toEqual({});
});

test('what somebody else wrote there is not believed', async () => {
  const store = await SeatStore.open('link', storage);
  store.change({ seatToken: 't' });
  const key = Object.keys(stored)[0] as string;
  for (const bad of ['', 'null', '7', '{']) {
    stored[key] = bad;
    expect(store.read()).toEqual({});
  }
});
