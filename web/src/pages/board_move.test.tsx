// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { later, show } from '../components/testing';
import type { BoardVisit } from '../protocol/board';
import { HttpProblem } from '../protocol/http_api';
import { MoveVisit } from './board_move';

const HOUR = 3_600_000;
const api = vi.hoisted(() => ({ moveVisit: vi.fn(), readSchedule: vi.fn(), readSlots: vi.fn() }));
vi.mock('../protocol/board_api', () => api);
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};

/** What is read, shown, and read again for what is shown. */
const settle = async () => {
  for (let turn = 0; turn < 4; turn++) await act(later);
};

test('after a colleague was faster nothing is chosen, and nothing is sent', async () => {
  const soon = Date.now() + 24 * HOUR;
  const schedule = { starts_at: soon, time_zone: 'UTC', people: [], expert: { name: 'Dr. Feld' } };
  api.readSchedule.mockResolvedValue({ value: schedule, tag: '"1"' });
  api.readSlots.mockResolvedValue([soon + HOUR]);
  api.moveVisit.mockRejectedValue(new HttpProblem(412, 'changed', ''));
  const visit = { id: 'v', starts_at: soon, number: '1', seats: [], participants: [] } as unknown as BoardVisit;
  const place = show(<MoveVisit visit={visit} day={{ day: '2026-11-22', zone: 'UTC' }} onClose={() => undefined} />);
  await settle();
  const radio = () => place.querySelector<HTMLInputElement>('input[type="radio"]');
  void act(() => radio()?.click());
  const go = place.querySelector<HTMLButtonElement>('.btn.go');
  void act(() => go?.click());
  await settle();
  expect(api.moveVisit).toHaveBeenCalledOnce();
  expect(radio()?.checked).toBe(false);
  void act(() => go?.click());
  await settle();
  expect(api.moveVisit).toHaveBeenCalledOnce();
  void act(() => radio()?.click());
  void act(() => go?.click());
  await settle();
  expect(api.moveVisit).toHaveBeenCalledTimes(2);
  void act(() => render(null, place));
});
