// The patient's own door: who knocks, and who of the guests is in the visit or outside for a while.

import { isGuest, may } from '../call/visit_state';
import type { VisitState } from '../call/visit_state';
import { GuestDoor } from '../components/guest_door/view';
import { SeatList } from '../components/seat_list/view';
import type { SeatRow } from '../components/seat_list/view';
import type { Participant } from '../protocol/messages';
import { text } from '../text/text';
import { useMinute } from './arrival';
import type { SeatPageProps } from './seat_pages';
import { isTyping } from './typing';

/** Who stands at the patient's door and has no answer yet. */
export const knocking = (visit: VisitState) =>
  visit.you.role === 'patient' ? visit.roster.filter((one) => !one.you && one.outside === 'waits' && may(one, 'admit')) : [];

/** The patient's guests, wherever they are. */
export const guestsOf = (visit: VisitState) =>
  visit.you.role === 'patient' ? visit.roster.filter((one) => !one.you && isGuest(one)) : [];

export function GuestAtDoor({ session, visit }: SeatPageProps) {
  const now = useMinute();
  const [first, ...rest] = knocking(visit);
  if (!first) return null;
  return (
    <GuestDoor
      key={first.id}
      guest={first}
      now={now}
      recording={visit.recording.state === 'recording'}
      more={rest.length}
      takeFocus={!isTyping()}
      onAdmit={(participant) => session.admit(participant)}
      onDeny={(participant) => session.deny(participant)}
    />
  );
}

function whereOf(person: Participant): string {
  const words = text.doors;
  switch (person.outside) {
    case 'sent_out':
      return words.isOut;
    case 'refused':
      return words.isRefused;
    case 'sent_back':
      return words.isBack;
    case 'waits':
      return words.isWaiting;
    default:
      return person.state === 'away' ? words.isLost : words.isHere;
  }
}

export function GuestList({ session, visit }: SeatPageProps) {
  const words = text.doors;
  const rowOf = (person: Participant): SeatRow => {
    const row = { person, where: whereOf(person), here: person.state === 'in_visit' };
    if (may(person, 'send_out')) return { ...row, act: { word: words.sendOut, run: session.sendOut } };
    if (!may(person, 'admit')) return row;
    return { ...row, act: { word: person.outside === 'sent_out' ? words.letBack : words.letIn, run: session.admit } };
  };
  return (
    <div class="guests">
      <p class="quiet">{words.guestsText}</p>
      <SeatList label={words.guests} rows={guestsOf(visit).map(rowOf)} />
    </div>
  );
}
