// What licences mean at the door, of all physicians who are in the visit: the gravest counts. Pure.

import type { LicenceState, Participant } from '../protocol/messages';
import type { VisitState } from './visit_state';
import { isPhysician } from './visit_state';

export type LicenceVerdict = LicenceState['physicians'][number];

export interface JudgedPhysician extends LicenceVerdict {
  person: Participant;
}

const gravity: Record<LicenceVerdict['outcome'], number> = { not_checked: 0, good: 1, consultation: 2, warning: 3, blocked: 4 };

const isPresent = (person: Participant) => person.state !== 'waiting' && person.away !== 'connection';

/** The gravest verdict on a physician who is in the visit now; null when nothing is checked. */
export function gravestLicence(visit: VisitState): JudgedPhysician | null {
  const judged = visit.roster
    .filter((person) => isPhysician(person) && isPresent(person))
    .flatMap((person) => {
      const verdict = visit.licence?.physicians.find((one) => one.participant === person.id);
      return verdict && verdict.outcome !== 'not_checked' ? [{ ...verdict, person }] : [];
    });
  return judged.sort((a, b) => gravity[b.outcome] - gravity[a.outcome] || Number(b.person.you) - Number(a.person.you))[0] ?? null;
}
