// The team talks among itself: a calm page, as the waiting room is one. The call goes on below, and comes back by itself.

import { inCalmRoom, worksAtDesk } from '../call/visit_state';
import { Button } from '../components/button/view';
import { EmergencyButton, EmergencyPanel, HelpIsComing } from '../components/emergency/view';
import { Note } from '../components/note/view';
import { NeedAHand, PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import { PersonRow } from '../components/person_row/view';
import { Reconnecting } from '../components/reconnecting/view';
import { SelfView } from '../components/self_view/view';
import { relationOf, text } from '../text/text';
import { clock, minutesAgo } from '../text/times';
import { useMinute } from './arrival';
import type { SeatPageProps } from './seat_pages';
import { GuestAtDoor } from './visit_guests';
import './waiting_room.css';

export function CalmRoomPage(props: SeatPageProps) {
  const { session, snapshot, visit, clinic } = props;
  const now = useMinute();
  const words = text.calm;
  useDocument(words.pageTitle);
  const talking = visit.roster.filter((one) => one.state !== 'waiting' && worksAtDesk(one));
  const waiting = inCalmRoom(visit).filter((one) => !one.you);
  const lost = snapshot.connection.name === 'lost' ? snapshot.connection : null;
  const { since } = visit.huddle;
  return (
    <PageFrame page="calm" clinic={clinic} wide foot={<><NeedAHand clinic={clinic} /><p>{text.frame.leaveOpen}</p></>}>
      <div class="stack tight">
        <PageHeading>{words.title}</PageHeading>
        <p class="lede" role="status" data-calm>
          {lost ? text.state.lost : visit.you.role === 'patient' ? words.text : words.textGuest}
        </p>
        <p class="quiet nums">{words.since({ clock: clock(since, text.locale), minutes: minutesAgo(since, now) })}</p>
      </div>
      {visit.helpComing && <HelpIsComing />}
      {visit.emergency && (
        <EmergencyPanel emergency={visit.emergency} people={visit.roster} supportPhone={clinic?.supportPhone ?? ''} onStep={session.emergency} />
      )}
      {lost && <Reconnecting since={lost.since} supportPhone={clinic?.supportPhone ?? ''} onTryNow={() => session.wake()} />}
      <GuestAtDoor {...props} />
      <div class="wait">
        <section aria-labelledby="who-talks" class="stack">
          <h2 id="who-talks">{words.who}</h2>
          <ul class="people">
            {talking.map((person) => (
              <PersonRow key={person.id} name={person.name} role={relationOf(person)} />
            ))}
          </ul>
          {waiting.length > 0 && (
            <>
              <h2>{words.withYou}</h2>
              <ul class="people">
                {waiting.map((person) => (
                  <PersonRow key={person.id} name={person.name} role={relationOf(person)} />
                ))}
              </ul>
            </>
          )}
        </section>
        <section aria-labelledby="calm-now" class="stack">
          <h2 id="calm-now">{words.unseen}</h2>
          <p>{words.unseenText}</p>
          <div class="row self-row">
            <div class="self">
              <SelfView track={snapshot.devices.videoTrack} />
            </div>
            <p>{words.nothingToDo}</p>
          </div>
          <Note icon="clock">
            <p>{words.away}</p>
          </Note>
          {visit.permissions.includes('emergency') && (
            <p>
              <EmergencyButton on={visit.emergency !== null} onStep={session.emergency} />
            </p>
          )}
          <Button kind="plain" icon="leave" onClick={() => void session.leave()}>
            {words.leave}
          </Button>
        </section>
      </div>
    </PageFrame>
  );
}
