import { expect, test } from 'vitest';
import type { BoardSeat, BoardVisit } from '../protocol/board';
import { canBeHelped, countsOf, groupOf, leadSeat, mainSeat, matches, needsOf, rowsOf, stuckSeat } from './board_needs';

const NOW = 1_800_000_000_000;
const MIN = 60_000;

const seat = (fields: Partial<BoardSeat> = {}): BoardSeat => ({
  id: fields.role ?? 'patient', name: 'Ruth Álder', role: 'patient', relation: '', age: 71, phone: '+1 406 555 0101', state_now: null,
  languages: null, step: 'checked', since: NOW - 5 * MIN, problems: [], connected: false, second_device: false, tries_left: 5,
  link_at: NOW - 600 * MIN, reached: {}, answered_at: null, staff: null, licence: null, check: null, connection: null, ...fields,
});
const doctor = (fields: Partial<BoardSeat> = {}) => seat({ id: 'rao', name: 'Dr. Mira Rao', role: 'reviewing_physician', phone: null, step: 'waiting', ...fields });
const visit = (fields: Partial<BoardVisit> = {}): BoardVisit => ({
  id: 'v', case: 'c', programme: 'p', number: 'DEMO-7', title: '', shape: 'expert_led', state: 'scheduled', starts_at: NOW + 20 * MIN, expected_at: null,
  minutes: 45, time_zone: 'UTC', opened_at: null, ended_at: null, seats: [seat(), doctor()], alerts: [], help: null, ...fields,
});
const alert = (fields = {}) => ({
  id: 'a', participant: 'patient', score: 'distress', value: 9, follow: 'alert', raised_at: NOW - 4 * MIN, acknowledged_at: null, owner: null, ...fields,
});
const connection = (fields = {}) => ({ level: 'good', reason: 'none', score: 5, away: false, ...fields });

test.each<[string, Partial<BoardVisit>, string[]]>([
  ['all is well', {}, []],
  ['an alert that nobody has', { alerts: [alert()] }, ['danger alert']],
  ['an alert that somebody has', { alerts: [alert({ owner: 'Nora' })] }, ['attend alert_taken']],
  ['an emergency comes before other alerts', { alerts: [alert(), alert({ score: 'emergency', follow: 'alert', owner: 'Nora' })] }, ['danger alert_taken', 'danger alert']],
  ['an alert that is known', { alerts: [alert({ acknowledged_at: NOW })] }, []],
  ['camera refused', { seats: [seat({ step: 'permission_denied', problems: ['camera'] }), doctor()] }, ['attend denied_devices']],
  ['asked and no answer', { seats: [seat({ step: 'permission_asked' }), doctor()] }, ['attend asked_long']],
  ['just asked', { seats: [seat({ step: 'permission_asked', since: NOW - MIN }), doctor()] }, []],
  ['a failed check', { seats: [seat({ step: 'checked_with_problems', problems: ['network'] }), doctor()] }, ['attend check_failed']],
  ['locked', { seats: [seat({ step: 'locked' }), doctor()] }, ['attend locked']],
  ['a wrong date', { seats: [seat({ step: 'birth_date_wrong', tries_left: 3 }), doctor()] }, ['attend wrong_birth_date']],
  ['a second device', { seats: [seat({ second_device: true }), doctor()] }, ['attend second_device']],
  ['not opened, soon', { seats: [seat({ step: 'link_not_opened' }), doctor()] }, ['attend not_opened']],
  ['not opened, much later', { starts_at: NOW + 200 * MIN, seats: [seat({ step: 'link_not_opened' }), doctor()] }, []],
  ['no link', { seats: [seat({ step: 'link_not_opened', link_at: null }), doctor()] }, ['attend no_link']],
  ['a physician comes without a link', { seats: [seat(), doctor({ step: 'link_not_opened' })] }, []],
  ['nobody opens', { starts_at: NOW - 6 * MIN, seats: [seat(), doctor({ step: 'link_not_opened' })] }, ['attend physician_late']],
  ['nobody opens, as was said', { starts_at: NOW - 6 * MIN, expected_at: NOW + 5 * MIN, seats: [seat(), doctor({ step: 'link_not_opened' })] }, []],
  ['waits for long', { starts_at: NOW - 20 * MIN, state: 'open', seats: [seat({ step: 'waiting', since: NOW - 30 * MIN }), doctor({ step: 'in_visit' })] }, ['attend waits_long']],
  ['waits, but came early', { seats: [seat({ step: 'waiting', since: NOW - 30 * MIN }), doctor()] }, []],
  ['sent back, for long', { starts_at: NOW - 40 * MIN, state: 'open', seats: [seat({ step: 'sent_back', since: NOW - 12 * MIN }), doctor({ step: 'in_visit' })] }, ['attend waits_long']],
  ['a guest who was sent out', { starts_at: NOW - 40 * MIN, state: 'open', seats: [seat({ step: 'in_visit' }), doctor({ step: 'in_visit' }), seat({ id: 'ana', role: 'caregiver', step: 'sent_out', since: NOW - 30 * MIN })] }, []],
  ['lost in the visit', { state: 'open', seats: [seat({ step: 'lost' }), doctor({ step: 'in_visit' })] }, ['danger lost']],
  ['away this moment', { state: 'open', seats: [seat({ step: 'in_visit', connection: connection({ away: true }) }), doctor({ step: 'in_visit' })] }, ['danger lost']],
  ['a poor line', { state: 'open', seats: [seat({ step: 'in_visit', connection: connection({ score: 2 }) }), doctor({ step: 'in_visit' })] }, ['attend poor_connection']],
  ['no licence there', { seats: [seat({ state_now: 'US-ID' }), doctor({ licence: { outcome: 'blocked', reason: 'missing', expires: null } })] }, ['attend no_licence']],
  ['where is not known yet', { seats: [seat(), doctor({ licence: { outcome: 'blocked', reason: 'place_unknown', expires: null } })] }, []],
  ['over, and lost at its end', { state: 'ended', seats: [seat({ step: 'lost' }), doctor({ step: 'left' })] }, []],
  ['over with an alert', { state: 'ended', alerts: [alert()] }, ['danger alert']],
  ['the grave first', { alerts: [alert()], seats: [seat({ step: 'locked' }), doctor()] }, ['danger alert', 'attend locked']],
])('%s', (_, fields, expected) => {
  expect(needsOf(visit(fields), NOW).map(({ urgency, kind }) => `${urgency} ${kind}`)).toEqual(expected);
});

test.each<[string, Partial<BoardVisit>, string]>([
  ['soon', {}, 'now'],
  ['nobody there, soon', { seats: [seat(), doctor({ step: 'arrived' })] }, 'soon'],
  ['later', { starts_at: NOW + 200 * MIN, seats: [seat(), doctor({ step: 'arrived' })] }, 'later'],
  ['open', { state: 'open' }, 'now'],
  ['ended', { state: 'ended' }, 'over'],
  ['nobody came', { starts_at: NOW - 300 * MIN, seats: [] }, 'over'],
])('group: %s', (_, fields, expected) => {
  expect(groupOf(visit(fields), [], NOW)).toBe(expected);
});

test('those who need somebody stand first, the grave before the others', () => {
  const rows = rowsOf(
    [
      visit({ id: 'later', starts_at: NOW + 300 * MIN, seats: [] }),
      visit({ id: 'over', state: 'ended' }),
      visit({ id: 'locked', seats: [seat({ step: 'locked' })] }),
      visit({ id: 'open', state: 'open' }),
      visit({ id: 'alert', starts_at: NOW + 30 * MIN, alerts: [alert()] }),
    ],
    NOW,
  );
  expect(rows.map((row) => row.visit.id)).toEqual(['alert', 'locked', 'open', 'later', 'over']);
  expect(countsOf(rows, NOW)).toMatchObject({ visits: 5, needs: 2, unowned: 1, inVisit: 1, later: 1, over: 1 });
});

test('a search finds names without their accents, numbers and telephones', () => {
  for (const words of ['ruth', 'alder', 'RAO', 'demo-7', 'ruth rao', '4065550101', '']) expect(matches(visit(), words)).toBe(true);
  for (const words of ['ruth feld', 'demo-8', '999']) expect(matches(visit(), words)).toBe(false);
});

test('who a row is about, and who leads', () => {
  expect(mainSeat(visit())!.role).toBe('patient');
  expect(leadSeat(visit())!.name).toBe('Dr. Mira Rao');
  const physicians = visit({ shape: 'physicians_only', seats: [doctor(), seat({ id: 'f', role: 'treating_physician' })] });
  expect(mainSeat(physicians)!.id).toBe('f');
});

test.each<[string, Partial<BoardVisit>, string | null]>([
  ['nobody is stuck', {}, null],
  ['a refused camera', { seats: [seat({ step: 'permission_denied', problems: ['camera'] }), doctor()] }, 'patient'],
  ['a page that is not open', { seats: [seat({ step: 'locked' }), doctor()] }, null],
  ['a licence is nobody’s page', { seats: [seat({ state_now: 'US-ID' }), doctor({ licence: { outcome: 'blocked', reason: 'missing', expires: null } })] }, null],
  ['helped already', { seats: [seat({ step: 'permission_denied' }), doctor()], help: { participant: 'patient', helper: 'nora', name: 'Nora', state: 'open', since: NOW } }, null],
])('help from the row: %s', (_, fields, expected) => {
  const [row] = rowsOf([visit(fields)], NOW);
  expect((row && stuckSeat(row)?.id) ?? null).toBe(expected);
});

test('help reaches who is on the way in or here, never who helps', () => {
  const help = { participant: 'patient', helper: 'rao', name: 'Nora', state: 'open' as const, since: NOW };
  expect(canBeHelped(visit(), seat())).toBe(true);
  expect(canBeHelped(visit(), seat({ step: 'link_opened' }))).toBe(false);
  expect(canBeHelped(visit({ state: 'ended' }), seat())).toBe(false);
  expect(canBeHelped(visit({ help }), doctor())).toBe(false);
});
