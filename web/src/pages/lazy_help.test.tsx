// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { beforeEach, expect, test, vi } from 'vitest';
import type { VisitState } from '../call/visit_state';
import { freshPage } from '../protocol/fresh_page';
import { useHelp, useHelpInSeat } from './lazy_help';

const aside = vi.hoisted(() => ({ asked: 0 }));
vi.mock('../protocol/fresh_page', () => ({ freshPage: vi.fn(() => Promise.resolve()) }));
vi.mock('./help_aside', () => {
  aside.asked += 1;
  throw new TypeError('Failed to fetch dynamically imported module');
});

let place: HTMLElement;
const OnTheWay = () => <p>{useHelp(true) ? 'help' : 'none'}</p>;
const InSeat = ({ visit }: { visit: VisitState | null }) => <p>{useHelpInSeat(visit) ? 'help' : 'none'}</p>;
const visitOf = (state: string, help: object | null) => ({ you: { state }, help }) as unknown as VisitState;
const draw = (view: preact.ComponentChild) => act(async () => render(view, place));
const longEnough = () => new Promise((resolve) => setTimeout(resolve, 300));

beforeEach(() => {
  vi.mocked(freshPage).mockClear();
  document.body.innerHTML = '<main></main>';
  place = document.querySelector('main') as HTMLElement;
  return () => render(null, place);
});

test('on the way in help that does not come asks for a fresh page', async () => {
  await draw(<OnTheWay />);
  await vi.waitFor(() => expect(freshPage).toHaveBeenCalled());
});

test('in the seat help comes before anybody needs it', async () => {
  await draw(<InSeat visit={null} />);
  const before = aside.asked;
  await longEnough();
  expect(aside.asked).toBe(before);
  await draw(<InSeat visit={visitOf('in_visit', null)} />);
  await vi.waitFor(() => expect(aside.asked).toBeGreaterThan(before));
});

test('a visit is never loaded anew for help, a waiting room is', async () => {
  await draw(<InSeat visit={visitOf('in_visit', {})} />);
  await longEnough();
  await draw(<InSeat visit={visitOf('waiting', null)} />);
  await longEnough();
  expect(freshPage).not.toHaveBeenCalled();
  await draw(<InSeat visit={visitOf('waiting', {})} />);
  await vi.waitFor(() => expect(freshPage).toHaveBeenCalled());
});
