// In the seat: one session, and the page that belongs to its state.

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Devices } from '../call/devices';
import { platformOf } from '../call/platform';
import { isApart, worksAtDesk } from '../call/visit_state';
import { VisitSession } from '../call/visit_session';
import type { SessionSnapshot } from '../call/visit_session';
import type { Clinic } from '../components/page_frame/view';
import { SlotSounds } from '../components/slot_sound/view';
import type { Crisis } from '../protocol/questionnaires';
import { text } from '../text/text';
import type { Asking } from './asking';
import { CalmRoomPage } from './calm_room';
import { useDesk } from './lazy_desk';
import { useHelpInSeat } from './lazy_help';
import { MessagePage } from './message_page';
import { VisitPage } from './visit';
import { isTyping } from './typing';
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

export const socketUrl = () => `${location.protocol === 'http:' ? 'ws' : 'wss'}://${location.host}/visit`;

/** A page hidden for less than this did not lose its socket. */
const NAP_MS = 3000;
/** Somebody who looks at another tab for less than this was not away. */
const GLANCE_MS = 1000;

export function SeatPages({ seatToken, devices, clinic, openAnswers, crisis, onEnded }: SeatPagesProps) {
  const session = useMemo(() => new VisitSession(socketUrl(), seatToken, devices), []);
  const [snapshot, setSnapshot] = useState<SessionSnapshot>(session.snapshot);
  const [soundBlocked, setSoundBlocked] = useState(false);
  const [soundAttempt, setSoundAttempt] = useState(0);

  useEffect(() => {
    const forget = session.subscribe(() => setSnapshot(session.snapshot));
    session.start();
    const stopWaking = wakeWithThePage(session, devices);
    return () => {
      forget();
      stopWaking();
      session.stop();
    };
  }, []);
  useWakeLock();

  const devicesAreOpening = snapshot.devices.name === 'asking';
  // Opened: what was not allowed to play before may play now.
  useEffect(() => (devicesAreOpening ? () => setSoundAttempt((count) => count + 1) : undefined), [devicesAreOpening]);

  const { connection, visit } = snapshot;
  const atDesk = visit !== null && visit.you.state !== 'waiting' && worksAtDesk(visit.you);
  const DeskPage = useDesk(atDesk);
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
  if (!visit || (atDesk && !DeskPage)) {
    return (
      <MessagePage
        page="entering"
        clinic={shownClinic}
        title={text.loading.title}
        words={text.loading.text}
        act={{ word: text.broke.now, run: () => session.wake() }}
      />
    );
  }
  const sound = {
    // While they open, nothing is known: browsers let a page that captures play.
    blocked: soundBlocked && !devicesAreOpening,
    unblock: () => setSoundAttempt((count) => count + 1),
  };
  const shared = { session, snapshot, visit, clinic: shownClinic, devices, sound, openAnswers, crisis };
  const outside = visit.you.state === 'waiting' || visit.huddle.state === 'calm';
  const apart = isApart(visit);
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
      ) : (
        <VisitPage {...shared} />
      )}
      <SlotSounds streams={snapshot.call.slots} slots={visit.slots} attempt={soundAttempt} onBlocked={setSoundBlocked} />
    </>
  );
}

/**
 * After a sleep a socket looks open and is dead: every return of the page or the network opens a new one. A page that
 * nobody sees needs no pictures; a tablet or phone stops its camera then, too.
 */
export function wakeWithThePage(session: VisitSession, devices: Devices): () => void {
  const captureStops = ['ipad', 'iphone', 'android'].includes(platformOf(navigator));
  let hiddenAt: number | null = null;
  let telling: ReturnType<typeof setTimeout> | undefined;
  const onVisibility = () => {
    const hidden = document.visibilityState === 'hidden';
    clearTimeout(telling);
    if (hidden) {
      hiddenAt ??= Date.now();
      telling = setTimeout(() => session.setSight({ hidden, captureStops }), GLANCE_MS);
      return;
    }
    session.setSight({ hidden, captureStops });
    devices.comeBack();
    if (hiddenAt !== null && Date.now() - hiddenAt >= NAP_MS) session.wake();
    hiddenAt = null;
  };
  const onPageShow = (event: PageTransitionEvent) => event.persisted && session.wake();
  const onNetwork = () => session.networkChanged();
  const network = (navigator as { connection?: EventTarget & { type?: string } }).connection;
  let networkType = network?.type;
  // Browsers say "change" also when they merely guess another speed.
  const onConnection = () => {
    if (network?.type === networkType) return;
    networkType = network?.type;
    if (networkType !== 'none') onNetwork();
  };
  onVisibility();
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('pageshow', onPageShow);
  window.addEventListener('online', onNetwork);
  network?.addEventListener?.('change', onConnection);
  return () => {
    clearTimeout(telling);
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('pageshow', onPageShow);
    window.removeEventListener('online', onNetwork);
    network?.removeEventListener?.('change', onConnection);
  };
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
