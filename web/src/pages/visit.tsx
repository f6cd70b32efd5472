// The visit of a patient or a caregiver: faces, the letter, three buttons. A question takes the
// letter's place, never a face's.

import { useEffect, useRef, useState } from 'preact/hooks';
import { stillTogether } from '../call/visit_session';
import { isAppleTablet, platformOf } from '../call/platform';
import { hasNoPicture } from '../call/ladder';
import { isPhysician, othersInVisit } from '../call/visit_state';
import { Button } from '../components/button/view';
import { CallControls } from '../components/call_controls/view';
import { Chat } from '../components/chat/view';
import { ConnectionHelp } from '../components/connection_help/view';
import { consentIsOpen, ConsentQuestion } from '../components/consent_question/view';
import { EmergencyButton, EmergencyPanel, HelpIsComing } from '../components/emergency/view';
import { Icon } from '../components/icon/view';
import { LadderVoice } from '../components/ladder_voice/view';
import { MissedWords } from '../components/missed_words/view';
import { Letter } from '../components/opinion_panel/view';
import { useOpinion } from '../components/opinion_panel/use_opinion';
import type { PageName } from '../components/page_frame/page_names';
import { Telephone } from '../components/page_frame/telephone';
import { LargerText, PageHeading, Skip, useDocument } from '../components/page_frame/view';
import { ParticipantTile } from '../components/participant_tile/view';
import { RecordingSign } from '../components/recording_sign/view';
import { Reconnecting } from '../components/reconnecting/view';
import { Repair } from '../components/repair/view';
import type { RepairProps } from '../components/repair/view';
import { SecondDevice } from '../components/second_device/view';
import { SelfVideo } from '../components/self_view/view';
import { StateLine } from '../components/state_line/view';
import { shortName } from '../text/names';
import { text } from '../text/text';
import { useFaces } from './faces';
import type { ShownFaces } from './faces';
import { useInvite } from './lazy_invite';
import type { SeatPageProps } from './seat_pages';
import { repairOf, somebodySpeaks, stateSentence } from './state_sentence';
import { useSteadySteps } from './steady_steps';
import { isTyping } from './typing';
import { GuestAtDoor, GuestList, guestsOf, knocking } from './visit_guests';
import { useNarrow } from './width';
import './visit.css';

/** Words about how the others see one stay for so long after it became better. */
export const SEEN_LINGER_MS = 3000;
/** "The picture is back" is said when it held for so long. */
export const SAID_LINGER_MS = 5000;

/** A phone shows two pictures, an iPad four: more of them cost battery and memory, and nobody is unheard. */
export const picturesFor = (narrow: boolean) => (narrow ? 2 : isAppleTablet(platformOf(navigator)) ? 4 : 8);

export function VisitPage(props: SeatPageProps) {
  const { session, snapshot, visit, clinic, devices, sound } = props;
  const narrow = useNarrow();
  const [inviting, setInviting] = useState(false);
  const InvitePanel = useInvite(visit.permissions.includes('invite'));
  const host = visit.roster.find((one) => !one.you && isPhysician(one));
  const title = host ? text.visit.title({ who: shortName(host.name) }) : text.visit.titlePlain;
  useDocument(title);
  const seen = useSteadySteps(visit.seen, SEEN_LINGER_MS);
  const said = useSteadySteps(visit.pictures, SAID_LINGER_MS);
  const state = stateSentence(snapshot, sound.blocked, seen);
  const { audioMuted, videoMuted } = snapshot.devices;
  const shownFaces = useFaces(session, visit, snapshot.call, picturesFor(narrow));
  const main = shownFaces.faces[0];
  const supportPhone = clinic?.supportPhone ?? '';
  // The voice alone: the letter takes the place of the face.
  const voice = main !== undefined && hasNoPicture(main.condition) && !placeIsTaken(props);
  return (
    <div class="visit" data-page={'visit' satisfies PageName}>
      <Skip />
      <div class="v-above">
        <header class="v-top">
          <div class="v-title">
            <PageHeading>{title}</PageHeading>
          </div>
          <RecordingSign
            recording={visit.recording}
            consent={visit.consent.answer}
            mayStop={visit.permissions.includes('recording_stop')}
            onStop={() => void session.record('stop').catch(() => undefined)}
            onWithdraw={() => void session.answerConsent('withdrawn').catch(() => undefined)}
          />
          {InvitePanel && visit.permissions.includes('invite') && (
            <Button kind="plain" icon="people" onClick={() => setInviting(!inviting)}>
              <span class="invite-word">{text.invite.button}</span>
            </Button>
          )}
          <OwnConnection {...props} />
          <LargerText />
        </header>
        <main id="main" tabIndex={-1} class={voice ? 'v-main voice' : 'v-main'}>
          <Stage {...props} {...shownFaces} voice={voice} fix={repairOf(state, devices, sound)} supportPhone={supportPhone} />
          {(!inviting || placeIsTaken(props)) && <Beside {...props} />}
          {InvitePanel && inviting && (
            // A question comes first; what was written and the link, which is shown once, are there again after it.
            <InvitePanel familyOnly hidden={placeIsTaken(props)} onInvite={(invitation) => session.invite(invitation)} onClose={() => setInviting(false)} />
          )}
        </main>
      </div>
      <LadderVoice steps={said} people={othersInVisit(visit)} supportPhone={supportPhone} />
      <footer class="v-foot">
        {visit.helpComing && <HelpIsComing />}
        <MissedWords missed={visit.missed} people={visit.roster} />
        <StateLine sentence={state.sentence} speaking={somebodySpeaks(snapshot)}>
          {visit.permissions.includes('emergency') && <EmergencyButton on={visit.emergency !== null} onStep={session.emergency} />}
        </StateLine>
        <CallControls
          audioMuted={audioMuted}
          videoMuted={videoMuted}
          hasCamera={snapshot.devices.videoTrack !== null}
          onMute={() => session.setMuted(!audioMuted, videoMuted)}
          onHide={() => session.setMuted(audioMuted, !videoMuted)}
          onLeave={() => void session.leave()}
        />
      </footer>
    </div>
  );
}

/** How good one's own connection is, for both kinds of pages. */
export function OwnConnection({ snapshot, visit, clinic }: SeatPageProps) {
  const together = snapshot.connection.name === 'joined' && snapshot.call.active && snapshot.call.transport === 'media';
  const quality = visit.quality[visit.you.id];
  return (
    <ConnectionHelp
      score={together ? (quality?.score ?? 5) : null}
      reason={quality?.reason ?? 'none'}
      path={snapshot.call.path}
      others={othersInVisit(visit)}
      seen={visit.seen}
      hidden={snapshot.devices.videoMuted || snapshot.devices.videoTrack === null}
      supportPhone={clinic?.supportPhone ?? ''}
    />
  );
}

interface StageProps extends ShownFaces {
  voice: boolean;
  fix: RepairProps | null;
  supportPhone: string;
}

function Stage({ session, snapshot, faces, onSize, onPicture, voice, fix, supportPhone }: SeatPageProps & StageProps) {
  const { connection, devices } = snapshot;
  if (connection.name === 'lost' && !stillTogether(snapshot)) {
    return (
      <section class="stage" aria-label={text.visit.people}>
        <Reconnecting since={connection.since} supportPhone={supportPhone} onTryNow={() => session.wake()} />
      </section>
    );
  }
  return (
    <section class={`stage of-${Math.min(faces.length, 4)}${voice ? ' voice' : ''}`} aria-label={text.visit.people}>
      {faces.length === 0 && (
        <div class="face big nopic">
          <p class="words">{text.visit.alone}</p>
          {fix && <Repair {...fix} />}
        </div>
      )}
      {faces.map((face, index) => (
        <ParticipantTile
          key={face.person.id}
          {...face}
          supportPhone={supportPhone}
          className={index === 0 ? 'big' : 'other'}
          onSize={onSize}
          onPicture={onPicture}
        >
          {index === 0 && fix && <Repair {...fix} />}
        </ParticipantTile>
      ))}
      <OwnTile track={devices.videoTrack} hidden={devices.videoMuted || devices.cameraLost} muted={devices.audioMuted} />
      {voice && supportPhone && (
        <p class="hard-to-hear">
          {text.ladder.hardToHear} <Telephone number={supportPhone} /> {text.ladder.hardToHearEnd}
        </p>
      )}
    </section>
  );
}

const CORNERS = ['top-end', 'top-start', 'bottom-start', 'bottom-end'] as const;

/** One's own picture, small. On a narrow page it lies over the large face and can be moved away from it. */
function OwnTile({ track, hidden, muted }: { track: MediaStreamTrack | null; hidden: boolean; muted: boolean }) {
  const [corner, setCorner] = useState(0);
  const tile = useRef<HTMLDivElement>(null);
  const dropAt = (x: number, y: number) => {
    const area = tile.current?.parentElement?.querySelector('.big')?.getBoundingClientRect();
    if (!area) return;
    const start = (x < area.left + area.width / 2) === (document.documentElement.dir !== 'rtl');
    const top = y < area.top + area.height / 2;
    setCorner(CORNERS.indexOf(`${top ? 'top' : 'bottom'}-${start ? 'start' : 'end'}`));
  };
  return (
    <div ref={tile} class={`face self ${CORNERS[corner]}${track && !hidden ? '' : ' nopic'}`}>
      <SelfVideo track={track} hidden={hidden} />
      {(hidden || !track) && <Icon name="cameraOff" />}
      <p class="name">
        {muted && <Icon name="microphoneOff" />}
        <strong>{text.you}</strong>
      </p>
      <button
        class="grip"
        type="button"
        aria-label={text.visit.moveSelf}
        onClick={(event) => {
          // A tap or the keyboard goes around the corners; a drag has chosen one already.
          if (event.detail === 0 || !dragged(event.currentTarget)) setCorner((corner + 1) % CORNERS.length);
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          event.currentTarget.dataset.from = `${event.clientX},${event.clientY}`;
          event.currentTarget.dataset.dragged = '';
        }}
        onPointerUp={(event) => {
          const [x, y] = (event.currentTarget.dataset.from ?? '').split(',').map(Number);
          if (x === undefined || y === undefined || Math.hypot(event.clientX - x, event.clientY - y) < 24) return;
          event.currentTarget.dataset.dragged = 'yes';
          dropAt(event.clientX, event.clientY);
        }}
      >
        <Icon name="move" />
      </button>
    </div>
  );
}

const dragged = (grip: HTMLElement) => grip.dataset.dragged === 'yes';

const questionIsOpen = (visit: SeatPageProps['visit']) =>
  (consentIsOpen(visit.consent) && visit.permissions.includes('consent')) || visit.secondDevices.length > 0 || knocking(visit).length > 0;

/** What is more urgent than the letter stands in its place. */
const placeIsTaken = ({ visit, crisis }: SeatPageProps) => visit.emergency !== null || crisis !== null || questionIsOpen(visit);

/** What lies beside or below the faces: help at once, a question when there is one, else the letter and the messages. */
function Beside(props: SeatPageProps) {
  const { session, visit, clinic, crisis } = props;
  if (visit.emergency) {
    return <EmergencyPanel emergency={visit.emergency} people={visit.roster} supportPhone={clinic?.supportPhone ?? ''} practice={visit.visit.practice} onStep={session.emergency} />;
  }
  if (crisis) return <crisis.pages.CrisisNote crisis={crisis.crisis} onGoOn={crisis.onGoOn} />;
  if (consentIsOpen(visit.consent) && visit.permissions.includes('consent')) {
    return (
      <ConsentQuestion
        question={visit.consent}
        people={visit.roster.filter((one) => one.state !== 'waiting')}
        recording={visit.recording}
        takeFocus={!isTyping()}
        onAnswer={session.answerConsent}
      />
    );
  }
  const asked = visit.secondDevices[0];
  if (asked) {
    const owner = visit.roster.find((one) => one.id === asked.participant && !one.you);
    return (
      <SecondDevice
        key={asked.request}
        asked={asked}
        name={owner?.name ?? null}
        onAnswer={(request, allow) => session.answerSecondDevice(request, allow)}
      />
    );
  }
  return knocking(visit).length > 0 ? <GuestAtDoor {...props} /> : <Panel {...props} />;
}

function Panel(props: SeatPageProps) {
  const { session, visit } = props;
  const hasLetter = visit.visit.opinion && visit.permissions.includes('opinion');
  const guests = guestsOf(visit);
  const [chosen, setTab] = useState<TabName>(hasLetter ? 'letter' : 'chat');
  const tab = chosen === 'guests' && guests.length === 0 ? 'chat' : chosen;
  const opinion = useOpinion(hasLetter ? visit.visit.case : null);
  const [part, setPart] = useState(0);
  const unread = useUnread(visit.chat.length, tab === 'chat');
  const chat = (
    <Chat
      messages={visit.chat}
      you={visit.you.id}
      maySend={visit.permissions.includes('chat')}
      onSend={(said) => session.say(said)}
    />
  );
  const last = visit.chat[visit.chat.length - 1];
  const outside = guests.filter((one) => one.state === 'waiting').length;
  const notes: TabNotes = {
    letter: hasLetter ? (opinion.opinion ? text.panel.section({ now: part + 1, of: opinion.opinion.sections.length }) : '') : undefined,
    chat: unread > 0 ? text.panel.newMessages({ count: unread }) : visit.chat.length ? text.panel.messages({ count: visit.chat.length }) : text.panel.noMessages,
    guests: guests.length === 0 ? undefined : outside > 0 ? text.doors.guestsOutside({ count: outside }) : text.doors.guestsHere({ count: guests.length }),
  };
  const hasTabs = hasLetter || guests.length > 0;
  return (
    <section class={hasTabs ? 'panel' : 'panel single'} aria-label={text.panel.label}>
      {hasTabs && <Tabs selected={tab} onSelect={setTab} notes={notes} />}
      <div
        class="panel-body"
        role={hasTabs ? 'tabpanel' : undefined}
        aria-labelledby={hasTabs ? `tab-${tab}` : undefined}
      >
        {tab === 'letter' ? <Letter state={opinion} part={part} onPart={setPart} /> : tab === 'guests' ? <GuestList {...props} /> : chat}
      </div>
      <p class="vh" aria-live="polite">
        {unread > 0 && last && last.participant !== visit.you.id ? text.chat.fresh({ name: last.name, text: last.text }) : ''}
      </p>
    </section>
  );
}

/** How many messages came while they were not on the screen. */
function useUnread(count: number, reading: boolean): number {
  const [seen, setSeen] = useState(count);
  useEffect(() => {
    if (reading || count < seen) setSeen(count);
  }, [count, reading]);
  return reading ? 0 : Math.max(0, count - seen);
}

type TabName = 'letter' | 'chat' | 'guests';
/** What stands below each tab's name; a tab without a note is not there. */
type TabNotes = Record<TabName, string | undefined>;

const TAB_NAMES: readonly TabName[] = ['letter', 'chat', 'guests'];

const tabTitle = (tab: TabName): string => (tab === 'guests' ? text.doors.guests : text.panel[tab]);

function Tabs({ selected, onSelect, notes }: { selected: TabName; onSelect: (tab: TabName) => void; notes: TabNotes }) {
  const list = useRef<HTMLDivElement>(null);
  const tabs = TAB_NAMES.filter((tab) => notes[tab] !== undefined);
  const move = (event: KeyboardEvent) => {
    const last = tabs.length - 1;
    const at = tabs.indexOf(selected);
    const next = { ArrowLeft: at === 0 ? last : at - 1, ArrowRight: at === last ? 0 : at + 1, Home: 0, End: last }[event.key];
    const tab = next === undefined ? undefined : tabs[next];
    if (!tab) return;
    event.preventDefault();
    onSelect(tab);
    list.current?.querySelector<HTMLElement>(`#tab-${tab}`)?.focus();
  };
  return (
    <div ref={list} class="tabs" role="tablist" aria-label={text.panel.label} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={selected === tab}
          tabIndex={selected === tab ? 0 : -1}
          onClick={() => onSelect(tab)}
        >
          {tabTitle(tab)}
          <small>{notes[tab]}</small>
        </button>
      ))}
    </div>
  );
}
