// Somebody needs help at once. One press for the team; then where the patient is, whom to call and what to do, beside the
// faces and never over them. The patient's page says nothing of it unless somebody of the team says to tell.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { EmergencyState, Participant } from '../../protocol/messages';
import { fullName, shortName } from '../../text/names';
import { placeName } from '../../text/places';
import { calendarDay, clock } from '../../text/times';
import { text } from '../../text/text';
import { Button } from '../button/view';
import { Note } from '../note/view';
import { Telephone } from '../page_frame/telephone';
import './style.css';

type Step = 'begin' | 'tell' | 'end';

/** One press, and no question before it: seconds count, and a mistake is taken back in the panel. It stays where it is, so that a
 * second press meets nothing else. */
export function EmergencyButton({ on, onStep }: { on: boolean; onStep: (step: Step) => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  return (
    <>
      <Button
        kind="end"
        icon="warning"
        busy={busy}
        disabled={on}
        onClick={() => {
          setBusy(true);
          setFailed(false);
          onStep('begin')
            .catch(() => setFailed(true))
            .finally(() => setBusy(false));
        }}
      >
        {text.emergency.button}
      </Button>
      {failed && (
        <p class="wrong" role="alert">
          {text.emergency.failed}
        </p>
      )}
    </>
  );
}

interface PanelProps {
  emergency: EmergencyState;
  people: readonly Participant[];
  supportPhone: string;
  /** Who else knows by now, in words. */
  known?: string;
  /** Staff learn: nobody was told, and nobody is to be called. */
  practice?: boolean;
  onStep: (step: Step) => Promise<void>;
}

/** The site's script in the language of the page, else the first that it has, else ours. */
function scriptOf({ scripts }: EmergencyState): { language: string; lines: readonly string[] } {
  const own = scripts.find((one) => one.language.toLowerCase().split('-')[0] === text.code) ?? scripts[0];
  return own && own.lines.length > 0 ? own : { language: text.code, lines: text.emergency.script };
}

export function EmergencyPanel({ emergency, people, supportPhone, known, practice = false, onStep }: PanelProps) {
  const words = text.emergency;
  const heading = useRef<HTMLHeadingElement>(null);
  const [busy, setBusy] = useState<Step | null>(null);
  const [failed, setFailed] = useState(false);
  const by = people.find((one) => one.id === emergency.by);
  useLayoutEffect(() => {
    if (by?.you) heading.current?.focus({ preventScroll: false });
  }, []);
  const act = (step: Step) => {
    setBusy(step);
    setFailed(false);
    onStep(step)
      .catch(() => setFailed(true))
      .finally(() => setBusy(null));
  };
  const script = scriptOf(emergency);
  const at = clock(emergency.since, text.locale);
  return (
    <section class="emergency" aria-labelledby="emergency-title" data-emergency>
      <div class="emergency-top">
        <div>
          <h2 id="emergency-title" ref={heading} tabIndex={-1}>
            {words.title}
          </h2>
          <p role="alert">
            {practice ? <strong>{text.practising.emergency}</strong> : by && !by.you ? words.begunBy({ name: fullName(by.name), clock: at }) : words.begun({ clock: at })}
          </p>
          <p role="status">{known && <strong>{known}</strong>}</p>
        </div>
        <div class="row">
          {emergency.told ? (
            <p role="status">{words.isTold}</p>
          ) : (
            <Button busy={busy === 'tell'} onClick={() => act('tell')}>
              {words.tell}
            </Button>
          )}
          <Button busy={busy === 'end'} onClick={() => act('end')}>
            {words.end}
          </Button>
        </div>
      </div>
      {failed && (
        <p class="wrong" role="alert">
          {words.failed}
        </p>
      )}
      <div class="emergency-parts">
        <Where emergency={emergency} supportPhone={supportPhone} />
        <Numbers emergency={emergency} supportPhone={practice ? '' : supportPhone} />
        <div lang={script.language}>
          <h3 lang={text.code}>{words.scriptTitle}</h3>
          <ol>
            {script.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ol>
        </div>
      </div>
    </section>
  );
}

function Where({ emergency, supportPhone }: { emergency: EmergencyState; supportPhone: string }) {
  const words = text.emergency;
  const { patient } = emergency;
  if (!patient) return <p>{words.noPatient}</p>;
  const phone = patient.phone ?? patient.contact_phone ?? supportPhone;
  return (
    <div>
      <h3>{words.where({ name: fullName(patient.name) })}</h3>
      {patient.address ? (
        <>
          <p class="emergency-address">{patient.address}</p>
          <p class="quiet">
            {patient.placed_at ? words.confirmed({ clock: clock(patient.placed_at, text.locale) }) : words.onRecord}
          </p>
        </>
      ) : (
        <Note icon="warning" tone="danger">
          <p>
            <strong>{words.noAddress}</strong> {words.askAddress}{' '}
            {phone && (
              <>
                {words.orCall} <Telephone number={phone} />.
              </>
            )}
          </p>
        </Note>
      )}
      {patient.place && <p>{words.state({ place: placeName(patient.place) })}</p>}
      {patient.birth_date && <p class="quiet">{words.born({ date: calendarDay(patient.birth_date, text.locale) })}</p>}
    </div>
  );
}

function Numbers({ emergency, supportPhone }: { emergency: EmergencyState; supportPhone: string }) {
  const words = text.emergency;
  const { patient, number, from_afar: fromAfar } = emergency;
  const place = patient?.place ? placeName(patient.place) : words.there;
  return (
    <div>
      <h3>{words.call}</h3>
      <dl>
        <dt>{words.callBack({ name: patient ? shortName(patient.name) : words.there })}</dt>
        <dd>{patient?.phone ? <Telephone number={patient.phone} /> : words.noPhone}</dd>
        <dt>{words.contact}</dt>
        <dd>
          {patient?.contact_name ?? (patient?.contact_phone ? '' : words.noContact)}{' '}
          {patient?.contact_phone && <Telephone number={patient.contact_phone} />}
        </dd>
        <dt>{words.localNumber}</dt>
        <dd>
          {number ? <strong>{number}</strong> : words.noNumber}
          {fromAfar ? (
            <>
              <br />
              {words.fromAfar} <Telephone number={fromAfar} />
            </>
          ) : (
            number && <p class="quiet">{words.notFromHere({ number, place })}</p>
          )}
        </dd>
        {supportPhone && (
          <>
            <dt>{words.coordinator}</dt>
            <dd>
              {words.coordinatorTold} <Telephone number={supportPhone} />
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}

/** On the patient's page, and only when somebody of the team says so. */
export function HelpIsComing() {
  return (
    <Note icon="people">
      <p role="status" data-help>
        <strong>{text.emergency.helpComing}</strong> {text.emergency.helpMore}
      </p>
    </Note>
  );
}
