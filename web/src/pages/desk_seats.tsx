// Who else has to do with the doors: in the visit and can be sent back, in the calm room, or outside at somebody else's word.

import { may, worksAtDesk } from '../call/visit_state';
import type { VisitState } from '../call/visit_state';
import { SeatList } from '../components/seat_list/view';
import type { SeatRow } from '../components/seat_list/view';
import type { Participant } from '../protocol/messages';
import { shortName } from '../text/names';
import { text } from '../text/text';
import type { SeatPageProps } from './seat_pages';

function whereOf(person: Participant, visit: VisitState): string {
  const words = text.doors;
  const { name } = visit.roster.find((one) => one.role === 'patient') ?? { name: '' };
  const patient = name ? shortName(name) : text.waiting.somePatient;
  switch (person.outside) {
    case 'sent_out':
      return words.sentOutBy({ patient });
    case 'refused':
      return person.role === 'patient' ? words.isWaiting : words.refusedBy({ patient });
    case 'sent_back':
      return words.isBack;
    case 'waits':
      return person.role === 'patient' ? words.isWaiting : words.waitsForPatient({ patient });
    default:
      if (visit.huddle.state === 'inside') return text.huddle.inCalmRoom;
      return person.state === 'away' ? words.isLost : words.isHere;
  }
}

export function DeskSeats({ session, visit }: SeatPageProps) {
  const words = text.doors;
  // Whom this person lets in has a door of their own above.
  const people = visit.roster.filter((one) => !one.you && !worksAtDesk(one) && !may(one, 'admit'));
  if (people.length === 0) return null;
  const rows = people.map((person): SeatRow => {
    const row = { person, where: whereOf(person, visit), here: person.state === 'in_visit' && visit.huddle.state === 'none' };
    if (!may(person, 'send_back')) return row;
    return { ...row, act: { word: words.sendBack, run: session.sendBack } };
  });
  return (
    <section aria-labelledby="desk-seats">
      <h2 id="desk-seats">{words.who}</h2>
      <SeatList label={words.who} rows={rows} />
    </section>
  );
}
