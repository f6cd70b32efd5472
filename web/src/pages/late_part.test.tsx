// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { beforeEach, expect, test, vi } from 'vitest';
import { freshPage } from '../protocol/fresh_page';
import { LatePart, useLatePart } from './late_part';

vi.mock('../protocol/fresh_page', () => ({ freshPage: vi.fn(() => Promise.resolve()) }));

let place: HTMLElement;
const Page = ({ part, wanted = true }: { part: LatePart<string>; wanted?: boolean }) => <p>{useLatePart(part, wanted) ?? 'loading'}</p>;

beforeEach(() => {
  vi.useRealTimers();
  vi.mocked(freshPage).mockClear();
  document.body.innerHTML = '<main></main>';
  place = document.querySelector('main') as HTMLElement;
});

test('a part that is here is shown at once', async () => {
  const part = new LatePart(() => Promise.resolve('here'));
  await part.bring();
  render(<Page part={part} />, place);
  expect(place.textContent).toBe('here');
});

const isShown = (words: string) => vi.waitFor(() => expect(place.textContent).toBe(words));

// Effects run after the browser has painted. A part that came in between was noticed by neither.
test('a part that comes between drawing and what runs after it is shown', async () => {
  const part = new LatePart(() => Promise.resolve('here'));
  render(<Page part={part} />, place);
  expect(place.textContent).toBe('loading');
  await part.bring();
  await isShown('here');
});

test('it is brought when it is wanted, once', async () => {
  const load = vi.fn(() => Promise.resolve('here'));
  const part = new LatePart(load);
  await act(async () => render(<Page part={part} wanted={false} />, place));
  expect(load).not.toHaveBeenCalled();
  render(<Page part={part} />, place);
  await isShown('here');
  expect(load).toHaveBeenCalledTimes(1);
});

test('a part that does not come asks for a fresh page, until the person goes elsewhere', async () => {
  vi.useFakeTimers();
  const part = new LatePart<string>(() => Promise.reject(new TypeError('Failed to fetch dynamically imported module')));
  await act(async () => render(<Page part={part} />, place));
  await act(async () => void (await vi.advanceTimersByTimeAsync(6500)));
  expect(place.textContent).toBe('loading');
  const asked = vi.mocked(freshPage).mock.calls.length;
  expect(asked).toBe(4);
  await act(async () => render(null, place));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(vi.mocked(freshPage).mock.calls.length).toBe(asked);
});
