// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { expectAccessible, press, show } from '../testing';
import { LinkToGive } from './view';

const url = `https://visits.example.org/j#${'S'.repeat(43)}`;

test('a link to be read out, copied or scanned, and whose it is', async () => {
  const written: string[] = [];
  vi.stubGlobal('navigator', { clipboard: { writeText: (said: string) => Promise.resolve(void written.push(said)) } });
  const place = show(
    <>
      <LinkToGive id="one" url={url} name="Alex Rivers" />
      <LinkToGive id="other" url={`${url}2`} name="Robin Rivers" />
    </>,
  );
  await vi.waitFor(() => expect(place.querySelectorAll('svg.qr')).toHaveLength(2));
  expect(place.querySelector<HTMLInputElement>('#one')?.value).toBe(url);
  await expectAccessible(place);
  press(place, 'Copy the link: Alex Rivers');
  await vi.waitFor(() => expect(place.textContent).toContain('Copied.'));
  expect(written).toEqual([url]);
  vi.unstubAllGlobals();
});

test('what cannot be copied is marked', async () => {
  vi.stubGlobal('navigator', {});
  const place = show(<LinkToGive id="one" url={url} />);
  press(place, 'Copy the link');
  await vi.waitFor(() => expect(place.textContent).toContain('copy it by hand'));
  vi.unstubAllGlobals();
});
