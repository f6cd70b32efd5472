// What a visit of the board needs, and where it stands in the day: pure, so that a table of cases can hold it.

import type { BoardSeat, BoardVisit, SeatStep } from '../protocol/board';

const MINUTE = 60_000;
/** From then on before the beginning everybody should be on the way in. */
export const SOON_MINUTES = 60;
const LINK_MINUTES = 40;
const PHYSICIAN_LATE_MINUTES = 3;
const WAITS_LONG_MINUTES = 10;
/** Somebody who was asked for camera and microphone and does not answer. */
const ASKED_LONG_MINUTES = 2;
const POOR_SCORE = 2;

export type NeedKind =
  | 'alert'
  | 'alert_taken'
  | 'lost'
  | 'denied_devices'
  | 'check_failed'
  | 'asked_long'
  | 'locked'
  | 'wrong_birth_date'
  | 'second_device'
  | 'no_licence'
  | 'not_opened'
  | 'no_link'
  | 'physician_late'
  | 'waits_long'
  | 'poor_connection';

export interface Need {
  kind: NeedKind;
  urgency: 'danger' | 'attend';
  /** Whom it is about. */
  seat: BoardSeat | null;
  /** Since when, or until when for what is yet to come. */
  at: number | null;
}

export type Group = 'needs' | 'now' | 'soon' | 'later' | 'over';
export const groups: readonly Group[] = ['needs', 'now', 'soon', 'later', 'over'];

const isPhysician = ({ role }: BoardSeat) => role === 'reviewing_physician' || role === 'treating_physician';
const isWaiting = ({ step }: BoardSeat) => step === 'waiting' || step === 'sent_back';
export const isHere = (seat: BoardSeat): boolean => isWaiting(seat) || seat.step === 'in_visit' || seat.step === 'sent_out';

/** Whom a row is about: the patient, or whoever is invited where there is none. */
export const mainSeat = (visit: BoardVisit): BoardSeat | undefined =>
  visit.seats.find(({ role }) => role === 'patient') ?? visit.seats.find(({ role }) => role === 'treating_physician') ?? visit.seats[0];

/** Not on the way in yet, or gone. */
const outOfReach: readonly SeatStep[] = ['link_not_opened', 'link_opened', 'birth_date_asked', 'birth_date_wrong', 'locked', 'left', 'denied'];

/** Whom help can reach: their page is open, or was just now. */
export const canBeHelped = (visit: BoardVisit, { id, step }: BoardSeat): boolean =>
  visit.state !== 'ended' && visit.help?.helper !== id && !outOfReach.includes(step);

/** The one whom a row offers to help: the first of its needs that help can reach. */
export const stuckSeat = ({ visit, needs }: BoardRow): BoardSeat | null =>
  visit.help ? null : (needs.map(({ kind, seat }) => (kind === 'no_licence' || kind === 'physician_late' ? null : seat)).find((seat) => seat !== null && canBeHelped(visit, seat)) ?? null);

/** The physician who leads. */
export const leadSeat = (visit: BoardVisit): BoardSeat | undefined => {
  const wanted = visit.shape === 'treating_led' ? 'treating_physician' : visit.shape === 'nurse_led' ? 'coordinator' : 'reviewing_physician';
  return visit.seats.find(({ role }) => role === wanted) ?? visit.seats.find(isPhysician);
};

/** Of people who come by a link, so that somebody may have to help them with it. */
const needsHelpWithLink = ({ role }: BoardSeat) => role === 'patient' || role === 'caregiver' || role === 'interpreter';

const stepNeeds: Partial<Record<SeatStep, NeedKind>> = {
  permission_denied: 'denied_devices',
  checked_with_problems: 'check_failed',
  locked: 'locked',
  birth_date_wrong: 'wrong_birth_date',
};

function needOfSeat(visit: BoardVisit, seat: BoardSeat, now: number): Need | null {
  const need = (kind: NeedKind, at: number | null, urgency: Need['urgency'] = 'attend'): Need => ({ kind, urgency, seat, at });
  const toGo = visit.starts_at - now;
  if (seat.second_device) return need('second_device', seat.since);
  // Both ends: who lost the line and who holds it badly. A visit that nobody opened yet waits for them anyway.
  if (seat.step === 'lost' && toGo < SOON_MINUTES * MINUTE) return need('lost', seat.since, visit.state === 'open' ? 'danger' : 'attend');
  if (isHere(seat) && seat.connection?.away) return need('lost', null, visit.state === 'open' ? 'danger' : 'attend');
  const stuck = stepNeeds[seat.step];
  if (stuck) return need(stuck, seat.since);
  if (seat.step === 'permission_asked' && seat.since && now - seat.since > ASKED_LONG_MINUTES * MINUTE && now - seat.since < 12 * 60 * MINUTE) {
    return need('asked_long', seat.since);
  }
  if (isHere(seat) && seat.connection && seat.connection.score <= POOR_SCORE && seat.step === 'in_visit') return need('poor_connection', null);
  if (isWaiting(seat) && seat.role === 'patient' && seat.since && now - Math.max(seat.since, visit.starts_at) > WAITS_LONG_MINUTES * MINUTE) {
    return need('waits_long', seat.since);
  }
  if (toGo > LINK_MINUTES * MINUTE || !needsHelpWithLink(seat)) return null;
  if (seat.step !== 'link_not_opened') return null;
  return need(seat.link_at === null ? 'no_link' : 'not_opened', visit.starts_at);
}

function needsOfVisit(visit: BoardVisit, now: number): Need[] {
  const found: Need[] = [];
  const lead = leadSeat(visit);
  const late = now - Math.max(visit.starts_at, visit.expected_at ?? 0);
  const soon = visit.starts_at - now < SOON_MINUTES * MINUTE;
  if (lead && visit.state === 'scheduled' && !isHere(lead) && late > PHYSICIAN_LATE_MINUTES * MINUTE) {
    found.push({ kind: 'physician_late', urgency: 'attend', seat: lead, at: Math.max(visit.starts_at, visit.expected_at ?? 0) });
  }
  for (const seat of visit.seats) {
    if (soon && seat.licence?.outcome === 'blocked' && visit.seats.some(({ role, state_now: where }) => role === 'patient' && where)) {
      found.push({ kind: 'no_licence', urgency: 'attend', seat, at: null });
    }
  }
  return found;
}

/** Not of answers: somebody of the team pressed for help at once. */
export const isEmergency = ({ score }: Pick<BoardVisit['alerts'][number], 'score'>): boolean => score === 'emergency';

/** The gravest first. Of a visit that is over only alerts are left. */
export function needsOf(visit: BoardVisit, now: number): Need[] {
  const seatOf = (id: string) => visit.seats.find((seat) => seat.id === id) ?? null;
  const alerts = visit.alerts
    .filter(({ acknowledged_at: acknowledged }) => acknowledged === null)
    .sort((one, other) => Number(isEmergency(other)) - Number(isEmergency(one)))
    .map<Need>((alert) => ({
      kind: alert.owner === null ? 'alert' : 'alert_taken',
      urgency: alert.owner === null || alert.follow === 'crisis' || isEmergency(alert) ? 'danger' : 'attend',
      seat: seatOf(alert.participant),
      at: alert.raised_at,
    }));
  if (visit.state === 'ended') return alerts;
  const seats = visit.seats.map((seat) => needOfSeat(visit, seat, now)).filter((need) => need !== null);
  const all = [...alerts, ...seats, ...needsOfVisit(visit, now)];
  return [...all.filter(({ urgency }) => urgency === 'danger'), ...all.filter(({ urgency }) => urgency === 'attend')];
}

/** Where the row stands. What needs somebody stands first, whenever it is. */
export function groupOf(visit: BoardVisit, needs: readonly Need[], now: number): Group {
  if (needs.length > 0) return 'needs';
  if (visit.state === 'ended') return 'over';
  const ends = visit.starts_at + visit.minutes * MINUTE;
  if (visit.state === 'open') return 'now';
  // Nobody opened it, and its time is over: nothing is expected of it any more.
  if (now > ends + 60 * MINUTE) return 'over';
  if (now >= visit.starts_at || visit.seats.some(isHere)) return 'now';
  return visit.starts_at - now < SOON_MINUTES * MINUTE ? 'soon' : 'later';
}

export interface BoardRow {
  visit: BoardVisit;
  needs: Need[];
  group: Group;
}

function weight({ visit, needs }: BoardRow): number {
  if (visit.alerts.some((alert) => isEmergency(alert) && alert.acknowledged_at === null)) return 0;
  return needs[0]?.urgency === 'danger' ? 1 : 2;
}

/** All rows in the order of the page: by group, the grave before the others, then by time. */
export function rowsOf(visits: Iterable<BoardVisit>, now: number): BoardRow[] {
  const rows: BoardRow[] = [];
  for (const visit of visits) {
    const needs = needsOf(visit, now);
    rows.push({ visit, needs, group: groupOf(visit, needs, now) });
  }
  return rows.sort(
    (one, other) =>
      groups.indexOf(one.group) - groups.indexOf(other.group) ||
      weight(one) - weight(other) ||
      one.visit.starts_at - other.visit.starts_at ||
      (one.visit.id < other.visit.id ? -1 : 1),
  );
}

const plain = (words: string) =>
  words
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();

/** Every word of the search is in a name, the number or a telephone number. */
export function matches(visit: BoardVisit, search: string): boolean {
  const words = plain(search).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const said = plain([visit.number, ...visit.seats.flatMap(({ name, phone }) => [name, phone ?? '', (phone ?? '').replace(/\D/g, '')])].join(' '));
  return words.every((word) => said.includes(word));
}

export interface Counts {
  visits: number;
  needs: number;
  unowned: number;
  waiting: number;
  /** The longest anybody has waited, in minutes. */
  longest: number;
  inVisit: number;
  later: number;
  over: number;
}

export function countsOf(rows: readonly BoardRow[], now: number): Counts {
  const waiting = rows.flatMap(({ visit }) => visit.seats.filter((seat) => isWaiting(seat) && seat.role === 'patient'));
  const count = (test: (row: BoardRow) => boolean) => rows.filter(test).length;
  return {
    visits: rows.length,
    needs: count(({ group }) => group === 'needs'),
    unowned: count(({ needs }) => needs.some(({ kind }) => kind === 'alert')),
    waiting: waiting.length,
    longest: Math.max(0, ...waiting.map(({ since }) => minutesSince(since, now))),
    inVisit: count(({ visit }) => visit.state === 'open'),
    later: count(({ group }) => group === 'later' || group === 'soon'),
    over: count(({ visit }) => visit.state === 'ended'),
  };
}

export const minutesSince = (at: number | null, now: number): number => (at === null ? 0 : Math.max(0, Math.floor((now - at) / MINUTE)));
export const minutesUntil = (at: number | null, now: number): number => (at === null ? 0 : Math.max(0, Math.ceil((at - now) / MINUTE)));
