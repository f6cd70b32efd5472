// Where a physician is licensed, as far as somebody wrote it down: read, changed and added to beside the verdict.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../components/button/view';
import type { BoardSeat, BoardVisit } from '../protocol/board';
import { licenceStatuses, readLicences, writeLicences } from '../protocol/board_api';
import type { Licence, LicenceBook } from '../protocol/board_api';
import { HttpProblem } from '../protocol/http_api';
import type { Tagged } from '../protocol/http_api';
import { isElsewhere, placeName, placesOf } from '../text/places';
import { text, wordFor } from '../text/text';
import { calendarDay } from '../text/times';

interface LicencesProps {
  visit: BoardVisit;
  seat: BoardSeat;
  staff: string;
  onDone: () => void;
}

type Failure = 'read' | 'bad' | 'changed' | 'failed';

/** The one that is written: of those that are there (`at`), or a new one. */
interface Draft {
  at: number | null;
  licence: Licence;
}

function patientState(visit: BoardVisit): string {
  const state = visit.seats.find(({ role }) => role === 'patient')?.state_now ?? '';
  return isElsewhere(state) ? '' : state;
}

export function Licences({ visit, seat, staff, onDone }: LicencesProps) {
  const words = text.board.licenceBook;
  const [known, setKnown] = useState<Tagged<LicenceBook> | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [saved, setSaved] = useState(false);
  const [busy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const places = placesOf(known?.value.states ?? []);
  const read = () =>
    readLicences(staff).then(setKnown, () => {
      setFailure('read');
    });
  useLayoutEffect(() => {
    heading.current?.focus();
    void read();
  }, [staff]);

  const save = async ({ at, licence }: Draft) => {
    if (!known) return;
    setBusy(true);
    setFailure(null);
    const { licences: before } = known.value;
    const licences = at === null ? [...before, licence] : before.map((one, index) => (index === at ? licence : one));
    try {
      await writeLicences(staff, licences, known.tag);
      setDraft(null);
      setSaved(true);
    } catch (error) {
      const code = error instanceof HttpProblem ? error.status : 0;
      setFailure(code === 412 ? 'changed' : code === 422 ? 'bad' : 'failed');
      if (code === 412) setDraft(null);
      if (code !== 412) return setBusy(false);
    }
    await read();
    setBusy(false);
    heading.current?.focus();
  };

  return (
    <div class="licence-book stack tight" role="group" aria-labelledby={`licences-${seat.id}`}>
      <h4 id={`licences-${seat.id}`} ref={heading} tabIndex={-1}>
        {words.of({ name: seat.name })}
      </h4>
      {known && <Known licences={known.value.licences} places={places} onChange={draft ? null : (at) => (setSaved(false), setDraft({ at, licence: { ...known.value.licences[at]! } }))} />}
      <p role="status" class={failure ? 'bad' : 'quiet'}>
        {failure ? words.failures[failure] : saved ? words.saved : known ? '' : words.reading}
      </p>
      {draft ? (
        <LicenceForm draft={draft} places={places} likely={patientState(visit)} busy={busy} onSave={(licence) => void save({ at: draft.at, licence })} onCancel={() => setDraft(null)} />
      ) : (
        <div class="row">
          {known && (
            <Button
              icon="paper"
              onClick={() => {
                setSaved(false);
                setFailure(null);
                setDraft({ at: null, licence: { state: patientState(visit), number: '', status: 'active' } });
              }}
            >
              {words.add}
            </Button>
          )}
          <Button onClick={onDone}>{text.board.close}</Button>
        </div>
      )}
    </div>
  );
}

/** Names of places by their codes. */
type Places = ReadonlyMap<string, string>;

const nameIn = (places: Places, state: string) => places.get(state) ?? placeName(state);

function Known({ licences, places, onChange }: { licences: readonly Licence[]; places: Places; onChange: ((at: number) => void) | null }) {
  const words = text.board.licenceBook;
  if (licences.length === 0) return <p>{words.none}</p>;
  return (
    <ul class="licence-list">
      {licences.map((licence, at) => (
        <li key={at}>
          <span>
            <strong>{nameIn(places, licence.state)}</strong> <span class="nums">{licence.number}</span>
            <br />
            <span class="quiet">
              {wordFor(words.statuses, licence.status) ?? licence.status}
              {licence.expires && `, ${words.until({ date: calendarDay(licence.expires, text.locale) })}`}
            </span>
          </span>
          {onChange && (
            <Button kind="plain" label={words.changeOf({ state: nameIn(places, licence.state) })} onClick={() => onChange(at)}>
              {words.change}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

interface FormProps {
  draft: Draft;
  places: Places;
  /** Where the patient is: first in the list. */
  likely: string;
  busy: boolean;
  onSave: (licence: Licence) => void;
  onCancel: () => void;
}

function LicenceForm({ draft, places, likely, busy, onSave, onCancel }: FormProps) {
  const words = text.board.licenceBook;
  const [licence, setLicence] = useState(draft.licence);
  const [wrong, setWrong] = useState<'state' | 'number' | null>(null);
  const set = (change: Partial<Licence>) => setLicence((before) => ({ ...before, ...change }));
  const first = [draft.licence.state, likely].filter(Boolean);
  const states = [...new Set([...first, ...places.keys()])];
  const start = useRef<HTMLSelectElement>(null);
  useLayoutEffect(() => start.current?.focus(), []);
  const save = (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const missing = !licence.state ? 'state' : !licence.number.trim() ? 'number' : null;
    setWrong(missing);
    if (missing) return document.getElementById(`licence-${missing}`)?.focus();
    const { expires, ...rest } = licence;
    onSave({ ...rest, number: licence.number.trim(), ...(expires ? { expires } : {}) });
  };
  return (
    <form class="licence-form stack tight" noValidate onSubmit={save}>
      <div class="field">
        <label for="licence-state">{words.state}</label>
        <select id="licence-state" ref={start} class="input" value={licence.state} aria-invalid={wrong === 'state' ? 'true' : undefined} aria-describedby="licence-wrong" onChange={(event) => set({ state: event.currentTarget.value })}>
          <option value="">{words.choose}</option>
          {states.map((state) => (
            <option key={state} value={state}>
              {nameIn(places, state)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="licence-number">{words.number}</label>
        <input id="licence-number" class="input" autocomplete="off" maxLength={40} value={licence.number} aria-invalid={wrong === 'number' ? 'true' : undefined} aria-describedby="licence-wrong" onInput={(event) => set({ number: event.currentTarget.value })} />
      </div>
      <div class="field">
        <label for="licence-status">{words.status}</label>
        <select id="licence-status" class="input" value={licence.status} onChange={(event) => set({ status: event.currentTarget.value as Licence['status'] })}>
          {licenceStatuses.map((status) => (
            <option key={status} value={status}>
              {words.statuses[status]}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="licence-expires">{words.expires}</label>
        <input id="licence-expires" class="input" type="date" value={licence.expires ?? ''} aria-describedby="licence-expires-hint" onInput={(event) => set({ expires: event.currentTarget.value })} />
        <p class="hint" id="licence-expires-hint">
          {words.expiresHint}
        </p>
      </div>
      <p class="wrong" id="licence-wrong" role="alert">
        {wrong === 'state' ? words.noState : wrong === 'number' ? words.noNumber : ''}
      </p>
      <div class="row">
        <Button kind="go" type="submit" busy={busy}>
          {words.save}
        </Button>
        <Button onClick={onCancel}>{text.board.cancel}</Button>
      </div>
    </form>
  );
}
