// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { later, press, show } from '../components/testing';
import type { BoardSeat, BoardVisit } from '../protocol/board';
import { UnlockLink } from './board_unlock';

vi.mock('../protocol/board_api', () => ({ unlockLink: () => Promise.resolve() }));

const visit = { id: 'v' } as BoardVisit;
const seat = (step: string) => ({ id: 's', name: 'Ruth Alder', step }) as unknown as BoardSeat;

test('a link that locks again can be unlocked again', async () => {
  const place = show(<UnlockLink visit={visit} seat={seat('locked')} />);
  press(place, 'Unlock the link');
  await act(later);
  expect(place.textContent).toContain('Unlocked');
  void act(() => render(<UnlockLink visit={visit} seat={seat('invited')} />, place));
  expect(place.textContent).toContain('Unlocked');
  void act(() => render(<UnlockLink visit={visit} seat={seat('locked')} />, place));
  expect(place.textContent).not.toContain('Unlocked.');
  press(place, 'Unlock the link');
  await act(later);
  expect(place.textContent).toContain('Unlocked.');
});
