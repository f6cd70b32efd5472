// What the board says of visits, in the words in use.

import { isEmergency, leadSeat, mainSeat, minutesSince, minutesUntil } from '../call/board_needs';
import type { Need } from '../call/board_needs';
import type { BoardAlert, BoardSeat, BoardVisit } from '../protocol/board';
import type { IconName } from '../components/icon/view';
import { shortName } from '../text/names';
import { isElsewhere } from '../text/places';
import { list, text, wordFor } from '../text/text';
import { clock, day as dayOf } from '../text/times';

export const needIcon: Record<Need['kind'], IconName> = {
  alert: 'warning',
  alert_taken: 'warning',
  lost: 'waves',
  denied_devices: 'cameraOff',
  check_failed: 'tablet',
  asked_long: 'camera',
  locked: 'lock',
  wrong_birth_date: 'lock',
  second_device: 'tablet',
  no_licence: 'paper',
  not_opened: 'chat',
  no_link: 'chat',
  physician_late: 'clock',
  waits_long: 'hourglass',
  poor_connection: 'waves',
};

const scoreWord = (code: string) => wordFor(text.board.scores, code) ?? code;

/** "US-ID" is "Idaho" where the browser knows it, else "ID". */
export const placeWord = (code: string): string => (isElsewhere(code) ? text.emergency.elsewhere : (code.split('-')[1] ?? code));

export const problemWords = (problems: readonly string[]): string => list(problems.map((one) => wordFor(text.board.problems, one) ?? one));

function alertWords(need: Need, visit: BoardVisit, minutes: number): string {
  const words = text.board.need;
  const alert = visit.alerts.find((one) => one.raised_at === need.at && one.participant === need.seat?.id) ?? visit.alerts[0];
  if (!alert) return '';
  if (isEmergency(alert)) {
    return alert.owner === null ? words.emergency({ minutes: String(minutes) }) : words.emergencyTaken({ owner: alert.owner });
  }
  const score = { score: scoreWord(alert.score), value: String(alert.value) };
  return alert.owner === null ? words.alert({ ...score, minutes: String(minutes) }) : words.alertTaken({ ...score, owner: alert.owner });
}

export function needWords(need: Need, visit: BoardVisit, now: number): string {
  const words = text.board.need;
  const { seat, at } = need;
  const name = seat ? shortName(seat.name) : '';
  const minutes = String(minutesSince(at, now));
  switch (need.kind) {
    case 'alert':
    case 'alert_taken':
      return alertWords(need, visit, minutesSince(at, now));
    case 'lost':
      return at === null || minutes === '0' ? words.lost({ name }) : words.lostSince({ name, minutes });
    case 'denied_devices': {
      const both = seat?.problems.includes('camera') && seat.problems.includes('microphone');
      if (both) return words.deniedBoth({ minutes });
      return seat?.problems.includes('microphone') ? words.deniedMicrophone({ minutes }) : words.deniedCamera({ minutes });
    }
    case 'check_failed':
      return words.checkFailed({ what: problemWords(seat?.problems ?? []) });
    case 'asked_long':
      return words.askedLong({ minutes });
    case 'locked':
      return words.locked;
    case 'wrong_birth_date':
      return words.wrongBirthDate({ count: seat?.tries_left ?? 0 });
    case 'second_device':
      return words.secondDevice({ name });
    case 'no_licence': {
      const place = visit.seats.find(({ role }) => role === 'patient')?.state_now ?? '';
      return words.noLicence({ name, place: placeWord(place) });
    }
    case 'not_opened': {
      const toGo = minutesUntil(at, now);
      return toGo > 0 ? words.notOpened({ name, minutes: String(toGo) }) : words.notOpenedLate({ name, minutes });
    }
    case 'no_link':
      return words.noLink({ name });
    case 'physician_late':
      return words.physicianLate({ name, minutes });
    case 'waits_long':
      return words.waitsLong({ name, minutes });
    case 'poor_connection':
      return words.poorConnection({ name });
  }
}

export const nameOf = (visit: BoardVisit): string => mainSeat(visit)?.name ?? visit.number;

/** "Dr. Mira Rao" is "Rao" in a narrow column; who has no title keeps the name. */
export const doctorWord = (visit: BoardVisit): string => {
  const lead = leadSeat(visit);
  return lead ? shortName(lead.name).replace(/^Dr\.? /, '') : '';
};

export const patientLine = (visit: BoardVisit): string => {
  const seat = mainSeat(visit);
  return [seat?.age === null || seat === undefined ? '' : String(seat.age), seat?.state_now ? placeWord(seat.state_now) : ''].filter(Boolean).join(', ');
};

/** The hour of the day; of another day, that day. */
export function moment(at: number, day: { day: string; zone: string }): string {
  const there = new Intl.DateTimeFormat('en-CA', { timeZone: day.zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
  if (there === day.day) return clock(at, text.locale, day.zone);
  return new Intl.DateTimeFormat(text.locale, { timeZone: day.zone, month: 'short', day: 'numeric' }).format(at);
}

export const dayWords = (day: string): string => dayOf(`${day}T12:00:00Z`, text.locale, 'UTC');

export const stepWords = (seat: BoardSeat): string => {
  if (seat.step === 'link_not_opened' && seat.link_at === null) return text.board.noLinkYet;
  return wordFor(text.board.steps, seat.step) ?? seat.step;
};

/** Opens help for somebody, in a tab of its own. */
export const helpHref = (visit: BoardVisit, seat: { id: string }): string => `/help#${visit.id}.${seat.id}`;

/** "Distress 9, 10:32 AM"; an emergency has no number. */
export function alertLine(alert: BoardAlert, day: { day: string; zone: string }): string {
  const time = moment(alert.raised_at, day);
  return isEmergency(alert) ? text.board.emergencyLine({ time }) : text.board.alertLine({ score: scoreWord(alert.score), value: String(alert.value), time });
}
