// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test } from 'vitest';
import { daughter, doctor } from '../../call/fixtures';
import { button, expectAccessible, press, show } from '../testing';
import { ConnectionHelp } from './view';
import type { ConnectionHelpProps } from './view';

const help = (fields: Partial<ConnectionHelpProps> = {}) =>
  show(
    <ConnectionHelp
      score={5}
      reason="none"
      path="udp"
      others={[doctor, daughter]}
      seen={{}}
      hidden={false}
      supportPhone="(406) 555-0142"
      {...fields}
    />,
  );

test.each([
  [5, 'Your connection: very good'],
  [3, 'Your connection: weak'],
  [1, 'Your connection: hardly possible'],
  [null, 'No connection just now'],
])('the sign for %s says "%s"', (score, words) => {
  expect(button(help({ score }), words).getAttribute('aria-expanded')).toBe('false');
});

test.each([
  ['rate', 'udp', ['Weak (3 of 5)', 'too narrow', 'directly']],
  ['cpu', 'tcp', ['Closing other programs', 'a detour (TCP)']],
  ['loss', 'turn_tls', ['get lost on the way', 'relay of the clinic (TLS)']],
] as const)('opened it says why and by which way: %s, %s', async (reason, path, words) => {
  const place = help({ score: 3, reason, path });
  press(place, /Your connection/);
  for (const word of words) expect(place.textContent).toContain(word);
  expect(place.querySelector('a[href="tel:4065550142"]')).not.toBeNull();
  await expectAccessible(place);
});

test('who sees one smaller is said here, quietly', () => {
  const place = help({ seen: { 'p-rao': 'small' } });
  press(place, /Your connection/);
  expect(place.textContent).toContain('Dr. Rao sees you in a smaller picture.');
});

test('Escape, another place and its own button close it', () => {
  const place = help();
  const isOpen = () => place.querySelector('section') !== null;
  for (const close of [
    () => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' })),
    () => document.body.dispatchEvent(new Event('pointerdown', { bubbles: true })),
    () => button(place, 'Close').click(),
  ]) {
    press(place, /Your connection/);
    expect(isOpen()).toBe(true);
    void act(() => void close());
    expect(isOpen()).toBe(false);
  }
});
