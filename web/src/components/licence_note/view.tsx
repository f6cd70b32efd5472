// What licences mean for where the patient is today, in plain words: at the door, and while the visit runs.

import type { JudgedPhysician } from '../../call/door_licence';
import { gravestLicence } from '../../call/door_licence';
import type { VisitState } from '../../call/visit_state';
import type { LicenceState } from '../../protocol/messages';
import { shortName } from '../../text/names';
import { placeName } from '../../text/places';
import { clock, longDate } from '../../text/times';
import { text } from '../../text/text';
import { Note } from '../note/view';

const placeOf = (licence: LicenceState | null) => (licence?.place ? placeName(licence.place) : '');

/** "You have no license for Montana." */
function reasonOf(judged: JudgedPhysician, licence: LicenceState | null, patient: string): string {
  const words = text.licence;
  const who = { who: judged.person.you ? 'you' : 'other', name: shortName(judged.person.name), place: placeOf(licence) };
  const day = judged.expires ? longDate(`${judged.expires}T12:00:00`, text.locale) : '';
  switch (judged.reason) {
    case 'place_unknown':
      return words.placeUnknown({ patient });
    case 'expired':
      return words.expired({ ...who, day });
    case 'not_active':
      return words.notActive(who);
    case 'restricted':
      return words.restricted(who);
    case 'expires_soon':
      return words.expiresSoon({ ...who, day });
    case 'missing':
      return words.missing(who);
    case 'none':
      return words.good(who);
  }
}

/** What is to be done about it. */
function remedyOf(judged: JudgedPhysician, patient: string): string {
  const words = text.licence;
  if (judged.outcome === 'warning') return words.warnedDo;
  if (judged.reason === 'place_unknown') return words.askWhere({ patient });
  return judged.consultation_helps ? words.consultationHelps : words.findAnother;
}

function Consultation({ visit }: { visit: VisitState }) {
  const colleague = visit.roster.find((one) => one.id === visit.licence?.consultation?.colleague);
  const words = text.licence;
  return (
    <>
      <strong>{words.consultation}</strong>{' '}
      {colleague
        ? words.consultationWith({ who: colleague.you ? 'you' : 'other', name: shortName(colleague.name), place: placeOf(visit.licence) })
        : words.consultationPlain}
    </>
  );
}

/** On the patient's card at the door. */
export function LicenceAtDoor({ visit, patient }: { visit: VisitState; patient: string }) {
  const { licence } = visit;
  if (!licence) return null;
  const judged = gravestLicence(visit);
  const { place, placed_at: placedAt } = licence;
  return (
    <div class="stack tight" data-licence={judged?.outcome ?? 'not_checked'}>
      <p>
        <span class="quiet">{text.licence.where}</span>{' '}
        <strong>{place ? text.licence.asTheySay({ place: placeName(place) }) : text.licence.notSaid}</strong>
        {placedAt && <span class="quiet"> {text.licence.saidAt({ clock: clock(placedAt, text.locale) })}</span>}
      </p>
      {judged?.outcome === 'good' && <p class="quiet">{reasonOf(judged, licence, patient)}</p>}
      {(judged?.outcome === 'warning' || judged?.outcome === 'blocked') && (
        <Note icon="warning" tone={judged.outcome === 'blocked' ? 'danger' : 'attend'}>
          <p>
            <strong>{reasonOf(judged, licence, patient)}</strong> {remedyOf(judged, patient)}
          </p>
        </Note>
      )}
      {judged?.outcome === 'consultation' && (
        <Note icon="people">
          <p>
            <strong>{reasonOf(judged, licence, patient)}</strong> {text.licence.willBeConsultation}
          </p>
        </Note>
      )}
    </div>
  );
}

/** While the patient is in: a consultation for as long as it is one; or what has gone wrong since. */
export function LicenceBand({ visit }: { visit: VisitState }) {
  const patient = visit.roster.find((one) => one.role === 'patient' && one.state !== 'waiting');
  const judged = patient ? gravestLicence(visit) : null;
  const since = visit.licence?.consultation?.since;
  return (
    <div role="status" data-consultation={since ? 'true' : 'false'}>
      {since && (
        <Note icon="people">
          <p>
            <Consultation visit={visit} /> <span class="quiet">{text.licence.since({ clock: clock(since, text.locale) })}</span>
          </p>
        </Note>
      )}
      {!since && patient && (judged?.outcome === 'warning' || judged?.outcome === 'blocked') && (
        <Note icon="warning" tone={judged.outcome === 'blocked' ? 'danger' : 'attend'}>
          <p>
            <strong>{reasonOf(judged, visit.licence, shortName(patient.name))}</strong>{' '}
            {judged.outcome === 'blocked' && remedyOf(judged, shortName(patient.name))}
          </p>
        </Note>
      )}
    </div>
  );
}
