// @vitest-environment jsdom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { expect, test } from 'vitest';
import type { Group } from '../call/board_needs';
import { show } from '../components/testing';
import type { BoardVisit } from '../protocol/board';
import { BoardRows } from './board_rows';

const day = { day: '2026-11-22', zone: 'UTC' };
const now = Date.parse('2026-11-22T12:00:00Z');
const visitOf = (id: string): BoardVisit => ({
  id, case: 'c', programme: 'p', number: id, title: '', shape: 'expert_led', state: 'scheduled', starts_at: now + 60_000, expected_at: null,
  minutes: 45, time_zone: 'UTC', opened_at: null, ended_at: null, seats: [], alerts: [], help: null,
});
const visits = ['V-1', 'V-2', 'V-3'].map(visitOf);
const rows = (groups: Group[]) => (
  <BoardRows helper={false} rows={visits.map((visit, index) => ({ visit, needs: [], group: groups[index] ?? 'soon' }))} day={day} now={now} open={null} onOpen={() => undefined} />
);
const focused = () => document.activeElement?.closest<HTMLElement>('[data-visit]')?.dataset.visit;

test('the focus goes along with a row that comes to stand in another group', () => {
  const place = show(rows(['soon', 'soon', 'soon']));
  place.querySelector<HTMLElement>('[data-visit="V-2"] button')?.focus();
  void act(() => render(rows(['soon', 'needs', 'soon']), place));
  expect(place.querySelector('[data-group="needs"] [data-visit]')?.textContent).toContain('V-2');
  expect(focused()).toBe('V-2');
  void act(() => render(rows(['now', 'needs', 'now']), place));
  expect(focused()).toBe('V-2');
});

test('a focus that is elsewhere stays there', () => {
  const place = show(rows(['soon', 'soon', 'soon']));
  const outside = document.body.appendChild(document.createElement('button'));
  outside.focus();
  void act(() => render(rows(['needs', 'soon', 'soon']), place));
  expect(document.activeElement).toBe(outside);
});
