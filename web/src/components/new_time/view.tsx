// For who waits: the visit was moved, or is not soon. When it is, in their own time zone.

import { clock, day, daysUntil, minutesBetween } from '../../text/times';
import { text } from '../../text/text';
import { Note } from '../note/view';

/** Who is here so long before need not stay. */
const EARLY_MINUTES = 60;

interface NewTimeProps {
  startsAt: number;
  /** It was another time when the person came. */
  moved: boolean;
  now: number;
  timeZone: string;
}

export function NewTime({ startsAt, moved, now, timeZone }: NewTimeProps) {
  const words = text.waiting;
  const early = minutesBetween(now, startsAt) > EARLY_MINUTES;
  if (!moved && !early) return null;
  const at = clock(startsAt, text.locale, timeZone);
  const days = daysUntil(startsAt, now, timeZone);
  const when = days === 0 ? at : text.arrival.onDay({ day: day(startsAt, text.locale, timeZone), clock: at });
  return (
    <Note icon="clock">
      <p data-new-time={moved}>
        <strong role="status">{moved ? words.newTime({ when }) : words.plannedAt({ when })}</strong> {early && words.comeBack}
      </p>
    </Note>
  );
}
