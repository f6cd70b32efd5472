// The columns of a board's row: how far its patient is, one word or one time in each.

import { isEmergency, minutesSince } from '../call/board_needs';
import type { BoardSeat, BoardVisit } from '../protocol/board';
import { text } from '../text/text';
import { moment } from './board_words';

export interface Cell {
  tone: 'none' | 'done' | 'now' | 'attend' | 'alarm';
  /** Empty: nothing but the sign. */
  words: string;
}

const none: Cell = { tone: 'none', words: '' };
type Day = { day: string; zone: string };

const done = (at: number | undefined | null, day: Day): Cell => (at ? { tone: 'done', words: moment(at, day) } : none);

function linkCell(seat: BoardSeat, day: Day): Cell {
  const opened = seat.reached.link_opened ?? seat.reached.birth_date_asked ?? seat.reached.arrived;
  if (seat.step === 'link_not_opened') {
    return seat.link_at === null ? { tone: 'none', words: text.board.cell.noLink } : { tone: 'none', words: text.board.cell.sent };
  }
  return done(opened ?? seat.since, day);
}

function whoCell(seat: BoardSeat, day: Day): Cell {
  const words = text.board.cell;
  switch (seat.step) {
    case 'birth_date_asked':
      return { tone: 'now', words: words.now };
    case 'birth_date_wrong':
      return { tone: 'attend', words: words.triesLeft({ count: seat.tries_left }) };
    case 'locked':
      return { tone: 'attend', words: words.locked };
    case 'link_not_opened':
    case 'link_opened':
      return none;
    default:
      return done(seat.reached.arrived ?? seat.since, day);
  }
}

function checkCell(seat: BoardSeat, day: Day): Cell {
  const words = text.board.cell;
  if (seat.step === 'permission_asked') return { tone: 'now', words: words.now };
  if (seat.step === 'permission_denied' || seat.step === 'checked_with_problems') {
    return { tone: 'attend', words: words.devices };
  }
  const at = Math.max(seat.reached.checked ?? 0, seat.reached.checked_with_problems ?? 0);
  return done(at, day);
}

function answersCell(visit: BoardVisit, seat: BoardSeat, day: Day): Cell {
  const alert = visit.alerts.find((one) => one.participant === seat.id && !isEmergency(one));
  if (alert) return { tone: alert.acknowledged_at === null ? 'alarm' : 'attend', words: String(alert.value) };
  return done(seat.answered_at, day);
}

function waitingCell(seat: BoardSeat, day: Day, now: number): Cell {
  if (seat.step === 'waiting') return { tone: 'now', words: text.board.minutes({ minutes: String(minutesSince(seat.since, now)) }) };
  if (seat.step === 'sent_back') return { tone: 'attend', words: text.board.cell.sentBack };
  if (seat.step === 'sent_out') return { tone: 'attend', words: text.board.cell.sentOut };
  if (seat.step === 'denied') return { tone: 'attend', words: text.board.cell.notNow };
  return done(seat.reached.in_visit ? (seat.reached.waiting ?? seat.reached.in_visit) : undefined, day);
}

function visitCell(visit: BoardVisit, seat: BoardSeat, day: Day, now: number): Cell {
  if (visit.alerts.some((one) => isEmergency(one) && one.acknowledged_at === null)) return { tone: 'alarm', words: text.board.cell.emergency };
  if (seat.step === 'in_visit') return { tone: 'now', words: text.board.minutes({ minutes: String(minutesSince(seat.since, now)) }) };
  if (seat.step === 'lost' && seat.reached.in_visit && visit.state === 'open') return { tone: 'alarm', words: text.board.cell.lost };
  return visit.state === 'ended' && seat.reached.in_visit ? done(visit.ended_at, day) : none;
}

export function cellsOf(visit: BoardVisit, seat: BoardSeat | undefined, day: Day, now: number): Cell[] {
  if (!seat) return [none, none, none, none, none, none];
  return [
    linkCell(seat, day),
    whoCell(seat, day),
    checkCell(seat, day),
    answersCell(visit, seat, day),
    waitingCell(seat, day, now),
    visitCell(visit, seat, day, now),
  ];
}
