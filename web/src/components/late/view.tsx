// Running late: one press on the desk, and a calm line for everybody who waits.

import { useState } from 'preact/hooks';
import type { ExpectedStart } from '../../protocol/messages';
import { shortName } from '../../text/names';
import { clock, minutesBetween } from '../../text/times';
import { text } from '../../text/text';
import { Button } from '../button/view';
import { Note } from '../note/view';
import './style.css';

const STEPS = [5, 10, 15, 30];

export type LateSaid = { minutes: number } | { at: number } | Record<string, never>;

/** The next time that a clock shows this: today, or after midnight tomorrow. */
export function nextClockTime(hoursAndMinutes: string, now: number): number | null {
  const [hours, minutes] = hoursAndMinutes.split(':').map(Number);
  if (hours === undefined || minutes === undefined || !(hours < 24) || !(minutes < 60)) return null;
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() < now) at.setDate(at.getDate() + 1);
  return at.getTime();
}

export function LateControl({ expected, now, onSay }: { expected: ExpectedStart | undefined; now: number; onSay: (said: LateSaid) => Promise<void> }) {
  const words = text.late;
  const [failed, setFailed] = useState(false);
  const [time, setTime] = useState('');
  const say = (said: LateSaid) => {
    setFailed(false);
    onSay(said).catch(() => setFailed(true));
  };
  const at = nextClockTime(time, now);
  return (
    <section class="late" aria-labelledby="late-title" data-late={expected ? 'true' : 'false'}>
      <h2 id="late-title">{words.title}</h2>
      <p class="quiet" role="status">
        {expected ? words.said({ clock: clock(expected.at, text.locale) }) : words.tell}
      </p>
      <div class="late-steps" role="group" aria-labelledby="late-title">
        {STEPS.map((minutes) => (
          <Button key={minutes} onClick={() => say({ minutes })}>
            {words.minutes({ minutes })}
          </Button>
        ))}
      </div>
      <form
        class="late-at"
        onSubmit={(event) => {
          event.preventDefault();
          if (at !== null) say({ at });
        }}
      >
        <label for="late-at">{words.at}</label>
        <input id="late-at" class="input" type="time" value={time} onInput={(event) => setTime(event.currentTarget.value)} />
        <Button type="submit" disabled={at === null}>
          {words.sayAt}
        </Button>
      </form>
      {expected && (
        <Button kind="plain" onClick={() => say({})}>
          {words.onTime}
        </Button>
      )}
      {failed && (
        <p class="wrong" role="alert">
          {words.failed}
        </p>
      )}
    </section>
  );
}

/** For who waits: when, in their own time zone, and by whom. */
export function LateNote({ expected, now, timeZone }: { expected: ExpectedStart; now: number; timeZone: string }) {
  const words = text.late;
  const at = clock(expected.at, text.locale, timeZone);
  const minutes = Math.max(0, minutesBetween(now, expected.at));
  return (
    <Note icon="clock">
      <p>
        <strong role="status" data-expected>
          {expected.by ? words.runningLate({ name: shortName(expected.by), clock: at }) : words.beginsLater({ clock: at })}
        </strong>{' '}
        {minutes > 0 ? words.inAbout({ minutes }) : words.anyMoment} {words.keepOpen}
      </p>
    </Note>
  );
}
