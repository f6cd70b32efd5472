// Another time for a visit that has not begun: in the expert's free time where it was booked, else any day and time; and
// what follows from it, before it is done.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../components/button/view';
import type { BoardDay, BoardVisit } from '../protocol/board';
import { moveVisit, readSchedule, readSlots } from '../protocol/board_api';
import type { VisitSchedule } from '../protocol/board_api';
import { HttpProblem } from '../protocol/http_api';
import type { Tagged } from '../protocol/http_api';
import { list, text } from '../text/text';
import { clock, day as dayOf, dayAt, momentAt, timeAt } from '../text/times';
import { nameOf } from './board_words';

const DAY_MS = 86_400_000;
/** How far ahead free times are looked for at once. */
const AHEAD_MS = 28 * DAY_MS;

type Failure = 'read' | 'taken' | 'changed' | 'begun' | 'past' | 'skipped' | 'failed';

const when = (at: number, zone: string) => text.board.move.when({ day: dayOf(at, text.locale, zone), clock: clock(at, text.locale, zone) });

/** "America/Denver" is "Mountain Time" where the browser knows it. */
function zoneName(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat(text.locale, { timeZone: zone, timeZoneName: 'longGeneric' as 'long' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

function failureOf(error: unknown): Failure {
  const code = error instanceof HttpProblem ? error.code : '';
  const known: Record<string, Failure> = { slot_taken: 'taken', changed: 'changed', wrong_state: 'begun', visit_ended: 'begun', invalid: 'past' };
  return known[code] ?? 'failed';
}

export function MoveVisit({ visit, day, onClose }: { visit: BoardVisit; day: BoardDay; onClose: () => void }) {
  const words = text.board.move;
  const [schedule, setSchedule] = useState<Tagged<VisitSchedule> | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<VisitSchedule | null>(null);
  const [tries, setTries] = useState(0);

  const read = () =>
    readSchedule(visit.id).then(setSchedule, () => {
      setFailure('read');
    });
  useEffect(() => void read(), [visit.id]);

  const move = async () => {
    if (!schedule || chosen === null || chosen === schedule.value.starts_at) return;
    if (chosen < Date.now()) return setFailure('past');
    setBusy(true);
    setFailure(null);
    try {
      setDone(await moveVisit(visit.id, chosen, schedule.tag));
    } catch (error) {
      setFailure(failureOf(error));
      await read();
      // The times are shown anew with none chosen: what nobody sees chosen is not sent.
      setChosen(null);
      setTries((before) => before + 1);
    }
    setBusy(false);
  };

  const agreed = schedule?.value;
  const dialog = useRef<HTMLDialogElement>(null);
  // By the browser's own way, so that the focus returns to where it was.
  const close = () => dialog.current?.close();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="board-dialog stack tight" aria-labelledby="board-dialog-title" onClose={onClose}>
      <h2 id="board-dialog-title" tabIndex={-1} autofocus>
        {words.title({ name: nameOf(visit) })}
      </h2>
      {done ? (
        <Moved schedule={done} zone={day.zone} onClose={close} />
      ) : (
        <>
          <p>{words.now({ when: when(agreed?.starts_at ?? visit.starts_at, day.zone) })}</p>
          <p class="quiet">{words.zone({ zone: zoneName(day.zone, visit.starts_at) })}</p>
          {agreed?.expert && <FreeTimes key={tries} visit={visit.id} expert={agreed.expert.name} zone={day.zone} planned={agreed.starts_at} onChoose={setChosen} onFailure={setFailure} />}
          {agreed && !agreed.expert && <AnyTime key={tries} zone={day.zone} planned={agreed.starts_at} onChoose={setChosen} onFailure={setFailure} />}
          {agreed && chosen !== null && agreed.time_zone !== day.zone && (
            <p>{words.alsoThere({ zone: zoneName(agreed.time_zone, chosen), when: when(chosen, agreed.time_zone) })}</p>
          )}
          {agreed && <Follows schedule={agreed} />}
          <p role="alert" class="bad">
            {failure ? words.failures[failure] : ''}
          </p>
          <div class="row">
            <Button kind="go" busy={busy} disabled={!agreed || chosen === null || chosen === agreed.starts_at} onClick={() => void move()}>
              {words.go}
            </Button>
            <Button onClick={close}>{text.board.cancel}</Button>
          </div>
        </>
      )}
    </dialog>
  );
}

// ---- which time ----

interface TimeProps {
  zone: string;
  planned: number;
  onChoose: (at: number | null) => void;
  onFailure: (failure: Failure | null) => void;
}

/** Days with free time, and the times of one of them. */
function FreeTimes({ visit, expert, zone, planned, onChoose, onFailure }: TimeProps & { visit: string; expert: string }) {
  const words = text.board.move;
  const [slots, setSlots] = useState<number[] | null>(null);
  const [until, setUntil] = useState(() => Date.now() + AHEAD_MS);
  const [day, setDay] = useState('');
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    const from = Date.now();
    let current = true;
    readSlots(visit, from, until).then(
      (found) => current && setSlots(found.filter((one) => one !== planned)),
      () => current && onFailure('read'),
    );
    return () => void (current = false);
  }, [until]);
  const choose = (next: number | null) => {
    setAt(next);
    onChoose(next);
    onFailure(null);
  };
  if (!slots) return <p role="status">{words.looking}</p>;
  const days = [...new Set(slots.map((slot) => dayAt(slot, zone)))];
  const shown = days.includes(day) ? day : (days[0] ?? '');
  return (
    <>
      {days.length === 0 ? (
        <p role="status">{words.noneFree({ name: expert, day: dayOf(until, text.locale, zone) })}</p>
      ) : (
        <>
          <div class="field">
            <label for="move-free-day">{words.day}</label>
            <select
              id="move-free-day"
              class="input"
              value={shown}
              onChange={(event) => {
                setDay(event.currentTarget.value);
                choose(null);
              }}
            >
              {days.map((one) => (
                <option key={one} value={one}>
                  {dayOf(`${one}T12:00:00Z`, text.locale, 'UTC')}
                </option>
              ))}
            </select>
          </div>
          <fieldset class="free-times">
            <legend>{words.freeTimes({ name: expert })}</legend>
            {slots
              .filter((slot) => dayAt(slot, zone) === shown)
              .map((slot) => (
                <label key={slot} class="chip nums">
                  <input type="radio" name="move-time" checked={slot === at} onChange={() => choose(slot)} />
                  {clock(slot, text.locale, zone)}
                </label>
              ))}
          </fieldset>
        </>
      )}
      {until - Date.now() < 90 * DAY_MS && (
        <p>
          <Button kind="plain" onClick={() => setUntil((before) => Math.min(before + AHEAD_MS, Date.now() + 91 * DAY_MS))}>
            {words.lookFurther}
          </Button>
        </p>
      )}
    </>
  );
}

function AnyTime({ zone, planned, onChoose, onFailure }: TimeProps) {
  const words = text.board.move;
  const [day, setDay] = useState(dayAt(planned, zone));
  const [time, setTime] = useState(timeAt(planned, zone));
  const set = (nextDay: string, nextTime: string) => {
    setDay(nextDay);
    setTime(nextTime);
    const at = nextDay && nextTime ? momentAt(nextDay, nextTime, zone) : null;
    onChoose(at);
    onFailure(nextDay && nextTime && at === null ? 'skipped' : at !== null && at < Date.now() ? 'past' : null);
  };
  return (
    <div class="any-time">
      <div class="field">
        <label for="move-day">{words.day}</label>
        <input id="move-day" class="input" type="date" value={day} min={dayAt(Date.now(), zone)} onInput={(event) => set(event.currentTarget.value, time)} />
      </div>
      <div class="field">
        <label for="move-time">{words.time}</label>
        <input id="move-time" class="input" type="time" value={time} onInput={(event) => set(day, event.currentTarget.value)} />
      </div>
    </div>
  );
}

// ---- what follows ----

function Follows({ schedule }: { schedule: VisitSchedule }) {
  const words = text.board.move;
  const reachedBy = (wanted: VisitSchedule['people'][number]['way']) => schedule.people.filter(({ way }) => way === wanted).map(({ name }) => name);
  const byEmail = reachedBy('mail');
  const byText = reachedBy('text');
  const without = reachedBy(null);
  return (
    <section class="follows" aria-labelledby="move-follows">
      <h3 id="move-follows">{words.follows}</h3>
      <ul>
        {byEmail.length > 0 && <li>{words.email({ count: byEmail.length, names: list(byEmail) })}</li>}
        {byText.length > 0 && <li>{words.textMessage({ count: byText.length, names: list(byText) })}</li>}
        {byEmail.length + byText.length === 0 && <li>{words.nobody}</li>}
        {without.length > 0 && <li>{words.noWay({ names: list(without) })}</li>}
        <li>{words.links}</li>
        <li>{words.waiting}</li>
      </ul>
    </section>
  );
}

function Moved({ schedule, zone, onClose }: { schedule: VisitSchedule; zone: string; onClose: () => void }) {
  const words = text.board.move;
  const count = schedule.people.filter(({ way }) => way !== null).length;
  const close = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => close.current?.querySelector('button')?.focus(), []);
  return (
    <>
      <p role="status" data-moved>
        <strong>{words.done({ when: when(schedule.starts_at, zone) })}</strong> {words.onTheirWay({ count })}
      </p>
      <div class="row" ref={close}>
        <Button kind="go" onClick={onClose}>
          {text.board.close}
        </Button>
      </div>
    </>
  );
}
