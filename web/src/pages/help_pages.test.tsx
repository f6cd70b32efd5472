// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { offerHelp } from '../protocol/http_api';
import { text } from '../text/text';
import { HelpPages } from './help_pages';

vi.mock('../protocol/http_api', async (original) => ({
  ...(await original<typeof import('../protocol/http_api')>()),
  session: vi.fn(() => Promise.resolve({ account: { name: 'Ida', roles: ['coordinator'] } })),
  offerHelp: vi.fn(() => Promise.resolve({ seat_token: 's' })),
}));
vi.mock('./help', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});

let place: HTMLElement;
const reload = vi.fn();

beforeEach(() => {
  vi.stubGlobal('location', { hash: '#visit.person', reload });
  document.body.innerHTML = '<main></main>';
  place = document.querySelector('main') as HTMLElement;
});
afterEach(() => {
  render(null, place);
  vi.unstubAllGlobals();
});

test('without its page nobody is offered help, and another try is a fresh page', async () => {
  await act(async () => render(<HelpPages />, place));
  const again = await vi.waitFor(() => {
    const found = [...place.querySelectorAll('button')].find((one) => one.textContent?.includes(text.unreachable.tryNow));
    expect(found).toBeDefined();
    return found;
  });
  expect(offerHelp).not.toHaveBeenCalled();
  again?.click();
  expect(reload).toHaveBeenCalledTimes(1);
});
