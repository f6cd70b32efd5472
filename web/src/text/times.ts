// Times as people say them. A time from the gateway is milliseconds or an ISO date.

export type Instant = number | string;

export const toDate = (at: Instant): Date => new Date(at);

export function clock(at: Instant, locale: string, timeZone?: string): string {
  return format(at, locale, { hour: 'numeric', minute: '2-digit', timeZone });
}

export function day(at: Instant, locale: string, timeZone?: string): string {
  return format(at, locale, { weekday: 'long', month: 'long', day: 'numeric', timeZone });
}

export function dateAndTime(at: Instant, locale: string, timeZone?: string): string {
  return format(at, locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
}

export function longDate(at: Instant, locale: string, timeZone?: string): string {
  return format(at, locale, { year: 'numeric', month: 'long', day: 'numeric', timeZone });
}

/** A day of the calendar, "1955-03-04", wherever one is. */
export const calendarDay = (date: string, locale: string): string => longDate(`${date}T12:00:00Z`, locale, 'UTC');

/** What clocks of a time zone show then, as if it were UTC. */
function wallClock(at: number, timeZone: string): number {
  const parts: Record<string, string> = {};
  const shown = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
  for (const { type, value } of shown.formatToParts(at)) parts[type] = value;
  return Date.parse(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:00Z`);
}

/** "2026-11-24", "14:30" by the clock of a time zone; the first of two where that hour comes twice, null where it is skipped. */
export function momentAt(day: string, time: string, timeZone: string): number | null {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(wanted)) return null;
  // A change of the clock is between the two, if there is one that day.
  const found = [wanted - 86_400_000, wanted + 86_400_000].map((near) => wanted - (wallClock(near, timeZone) - near)).filter((at) => wallClock(at, timeZone) === wanted);
  return found.length > 0 ? Math.min(...found) : null;
}

/** The day that a calendar shows then, "2026-11-24", and the time, "14:30". */
export const dayAt = (at: number, timeZone: string): string => new Date(wallClock(at, timeZone)).toISOString().slice(0, 10);
export const timeAt = (at: number, timeZone: string): string => new Date(wallClock(at, timeZone)).toISOString().slice(11, 16);

/** Whole days from now to then on the wall calendar of a time zone: 0 is today. */
export function daysUntil(at: Instant, now: number, timeZone?: string): number {
  const parts = (time: Instant) => Date.parse(format(time, 'en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }));
  return Math.round((parts(at) - parts(now)) / 86_400_000);
}

export function minutesBetween(from: Instant, to: Instant): number {
  return Math.round((toDate(to).getTime() - toDate(from).getTime()) / 60_000);
}

/** For "… minutes ago": not less than none, also where this clock is a little behind the one that noted it. */
export const minutesAgo = (at: Instant, now: Instant): number => Math.max(0, minutesBetween(at, now));

/** "3:07", "1:02:03" */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

function format(at: Instant, locale: string, options: Intl.DateTimeFormatOptions): string {
  const date = toDate(at);
  if (Number.isNaN(date.getTime())) return '';
  try {
    return new Intl.DateTimeFormat(locale, options).format(date);
  } catch {
    // A time zone that this browser does not know: its own is better than none.
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: undefined }).format(date);
  }
}
