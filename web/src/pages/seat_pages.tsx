// In the seat: one session, and the page that belongs to its state.

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Devices } from '../call/devices';
import { isApart, worksAtDesk } from '../call/visit_state';
import type { SessionSnapshot, VisitSession } from '../call/visit_session';
import type { Clinic } from '../components/page_frame/view';
import { SlotSounds } from '../components/slot_sound/view';
import type { Crisis } from '../protocol/questionnaires';
import { text } from '../text/text';
import type { Asking } from './asking';
import { CalmRoomPage } from './calm_room';
import { useDesk } from './lazy_desk';
import { useHelpInSeat } from './lazy_help';
import { loadVisit, useVisitPage } from './lazy_visit';
import { MessagePage } from './message_page';
import { isTyping } from './typing';
import { useVisitSession } from './use_visit_session';
import type { EndReason } from './visit_ended';
import { WaitingRoomPage } from './waiting_room';
import { useWakeLock } from './wake_lock';

interface SeatPagesProps {
  seatToken: string;
  devices: Devices;
  clinic: Clinic | null;
  /** Null: this person is asked nothing before a visit. */
  openAnswers: (() => Promise<Asking>) | null;
  crisis: LateCrisis | null;
  onEnded: (why: EndReason) => void;
}

/** What somebody answered reached the gateway only now, and says that they should be told whom to call. */
export interface LateCrisis {
  pages: Asking['pages'];
  crisis: Crisis;
  onGoOn: () => void;
}

export function SeatPages({ seatToken, devices, clinic, openAnswers, crisis, onEnded }: SeatPagesProps) {
  const { session, snapshot, sound, slotSounds } = useVisitSession(seatToken, devices);
  useWakeLock();

  const { connection, visit } = snapshot;
  const atDesk = visit !== null && visit.you.state !== 'waiting' && worksAtDesk(visit.you);
  const DeskPage = useDesk(atDesk);
  useEffect(loadVisit, []);
  const outside = visit !== null && (visit.you.state === 'waiting' || visit.huddle.state === 'calm');
  const apart = visit !== null && isApart(visit);
  const VisitPage = useVisitPage(visit !== null && !atDesk && !outside && !apart);
  const help = visit?.help ?? null;
  const Help = useHelpInSeat(visit);
  const [helpRead, setHelpRead] = useState('');
  useEffect(() => {
    if (connection.name !== 'closed') return;
    if (connection.why === 'stopped' || connection.why === 'shutting_down' || connection.why === 'help_over') onEnded('left');
    else onEnded(connection.why);
  }, [connection]);

  const shownClinic = useMemo(
    () => (visit ? { organisation: visit.visit.organisation, supportPhone: visit.visit.support_phone } : clinic),
    [visit?.visit, clinic],
  );
  if (connection.name === 'full') {
    return (
      <MessagePage
        page="full"
        clinic={shownClinic}
        title={text.full.title}
        words={text.full.text}
        act={{ word: text.full.tryNow, run: () => session.wake() }}
        call
      />
    );
  }
  const entering = (
    <MessagePage
      page="entering"
      clinic={shownClinic}
      title={text.loading.title}
      words={text.loading.text}
      act={{ word: text.broke.now, run: () => session.wake() }}
    />
  );
  if (!visit) return entering;
  const shared = { session, snapshot, visit, clinic: shownClinic, devices, sound, openAnswers, crisis };
  return (
    <>
      {Help && help && !(help.state === 'over' && helpRead === help.id) && (
        <Help.HelpPanel
          key={help.id}
          {...{ session, snapshot, help, sound }}
          supportPhone={shownClinic?.supportPhone ?? ''}
          takeFocus={!isTyping()}
          onDone={() => setHelpRead(help.id)}
        />
      )}
      {crisis && (outside || apart) ? (
        <crisis.pages.CrisisPage crisis={crisis.crisis} clinic={shownClinic} onGoOn={crisis.onGoOn} />
      ) : visit.you.state === 'waiting' ? (
        <WaitingRoomPage {...shared} />
      ) : Help && apart ? (
        <Help.HelpAsidePage {...shared} />
      ) : visit.huddle.state === 'calm' ? (
        <CalmRoomPage {...shared} />
      ) : DeskPage && atDesk ? (
        <DeskPage {...shared} />
      ) : VisitPage && !atDesk ? (
        <VisitPage {...shared} />
      ) : (
        entering
      )}
      <SlotSounds streams={snapshot.call.slots} slots={visit.slots} {...slotSounds} />
    </>
  );
}

/** What every page of the seat gets. */
export interface SeatPageProps {
  session: VisitSession;
  snapshot: SessionSnapshot;
  visit: NonNullable<SessionSnapshot['visit']>;
  clinic: Clinic | null;
  devices: Devices;
  sound: { blocked: boolean; unblock: () => void };
  openAnswers: (() => Promise<Asking>) | null;
  crisis: LateCrisis | null;
}
