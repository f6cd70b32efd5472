// The physician's desk: the letter left, people right; who waits comes first. No modal hides a face.

import { useState } from 'preact/hooks';
import { chime } from '../call/door_chime';
import { gravestLicence } from '../call/door_licence';
import { chimeVolume } from '../call/door_news';
import { atTheDoor, inCalmRoom, may, othersInVisit } from '../call/visit_state';
import { CheckAtDoor, useChecks } from '../components/check_at_door/view';
import { Chat } from '../components/chat/view';
import { ConsentAnswers, consentIsOpen, ConsentQuestion } from '../components/consent_question/view';
import { Door } from '../components/door/view';
import { DoorSound } from '../components/door_sound/view';
import { EmergencyPanel } from '../components/emergency/view';
import { HuddleBand } from '../components/huddle_band/view';
import { Icon } from '../components/icon/view';
import { LadderVoice } from '../components/ladder_voice/view';
import { MissedWords } from '../components/missed_words/view';
import { LicenceAtDoor, LicenceBand } from '../components/licence_note/view';
import { InvitePanel } from '../components/invite/view';
import { LateControl } from '../components/late/view';
import { useOpinion } from '../components/opinion_panel/use_opinion';
import type { PageName } from '../components/page_frame/page_names';
import { Skip, useDocument } from '../components/page_frame/view';
import { ParticipantTile } from '../components/participant_tile/view';
import { Reconnecting } from '../components/reconnecting/view';
import { Repair } from '../components/repair/view';
import type { RepairProps } from '../components/repair/view';
import { emergencyAlertOf } from '../components/screening/scores';
import { useScreening } from '../components/screening/use_screening';
import type { ScreeningState } from '../components/screening/use_screening';
import { ScreeningAtDoor, ScreeningSide } from '../components/screening/view';
import { SecondDevice } from '../components/second_device/view';
import { SelfVideo } from '../components/self_view/view';
import { stillTogether } from '../call/visit_session';
import { fullName, shortName } from '../text/names';
import { clock } from '../text/times';
import { text } from '../text/text';
import { useMinute } from './arrival';
import { DeskBar } from './desk_bar';
import { DeskFoot } from './desk_foot';
import { LetterOnDesk, Sections } from './desk_letter';
import { DeskSeats } from './desk_seats';
import { useFaces } from './faces';
import type { SeatPageProps } from './seat_pages';
import { repairOf, stateSentence } from './state_sentence';
import type { StateSentence } from './state_sentence';
import { useSteadySteps } from './steady_steps';
import { isTyping } from './typing';
import { picturesFor, SAID_LINGER_MS, SEEN_LINGER_MS } from './visit';
import { useDoorNews } from './use_door_news';
import { useNarrow } from './width';
import '../style/staff.css';
import './desk.css';

export function DeskPage(props: SeatPageProps) {
  const { visit } = props;
  const patient = visit.roster.find((one) => one.role === 'patient');
  const title = patient ? fullName(patient.name) : visit.visit.title;
  useDocument(text.desk.pageTitle({ title }), 'staff');
  const opinion = useOpinion(visit.visit.opinion && visit.permissions.includes('opinion') ? visit.visit.case : null);
  const [part, setPart] = useState(0);
  const screening = useScreening(visit);
  const seen = useSteadySteps(visit.seen, SEEN_LINGER_MS);
  const state = stateSentence(props.snapshot, props.sound.blocked, seen);
  const [inviting, setInviting] = useState(false);
  const news = useDoorNews(visit, props.snapshot.devices.audioMuted);
  const inHuddle = visit.huddle.state === 'inside';
  return (
    <div class={inHuddle ? 'desk huddles' : 'desk'} data-page={'desk' satisfies PageName}>
      <Skip />
      {inHuddle && <HuddleBand colleagues={othersInVisit(visit)} calm={inCalmRoom(visit)} onEnd={() => props.session.huddle('end')} />}
      <DeskBar {...props} title={title} />
      {visit.emergency && (
        <EmergencyPanel
          emergency={visit.emergency}
          people={visit.roster}
          supportPhone={props.clinic?.supportPhone ?? ''}
          known={whoKnows(screening)}
          practice={visit.visit.practice}
          onStep={props.session.emergency}
        />
      )}
      <main id="main" tabIndex={-1} class="d-main">
        <Sections state={opinion} caseId={visit.visit.case} part={part} onPart={setPart} />
        <LetterOnDesk state={opinion} hasLetter={visit.visit.opinion} part={part} onPart={setPart} />
        <Side {...props} screening={screening} />
        <People {...props} screening={screening} state={state} inviting={inviting} onInvited={() => setInviting(false)} />
      </main>
      <DeskFoot {...props} sentence={state.sentence} inviting={inviting} onInvite={() => setInviting(!inviting)} />
      <p class="vh" aria-live="polite">
        {news}
      </p>
    </div>
  );
}

/** That the coordinator has seen the alert, once she has. */
function whoKnows({ screening }: ScreeningState): string | undefined {
  const seen = emergencyAlertOf(screening)?.acknowledged;
  return seen ? text.screening.acknowledged({ name: seen.name, clock: clock(seen.at, text.locale) }) : undefined;
}

function Side({ session, visit, screening }: SeatPageProps & { screening: ScreeningState }) {
  const people = visit.roster.filter((one) => one.state !== 'waiting');
  const recordingAsked = visit.recording.state !== 'off';
  return (
    <div class="d-side">
      {visit.secondDevices.map((asked) => {
        const owner = visit.roster.find((one) => one.id === asked.participant);
        return (
          <SecondDevice
            key={asked.request}
            asked={asked}
            name={owner && !owner.you ? owner.name : null}
            onAnswer={(request, allow) => session.answerSecondDevice(request, allow)}
          />
        );
      })}
      {consentIsOpen(visit.consent) && visit.permissions.includes('consent') ? (
        <ConsentQuestion
          question={visit.consent}
          people={people}
          recording={visit.recording}
          takeFocus={!isTyping()}
          onAnswer={session.answerConsent}
        />
      ) : (
        recordingAsked && (
          <section aria-labelledby="consent-of">
            <h2 id="consent-of">{text.desk.consentOf}</h2>
            <ConsentAnswers people={people} recording={visit.recording} />
          </section>
        )
      )}
      <ScreeningSide state={screening} atDoor={atTheDoor(visit).filter((one) => may(one, 'admit')).map((one) => one.id)} />
      <section class="d-chat" aria-labelledby="desk-chat">
        <h2 id="desk-chat">{text.panel.chat}</h2>
        {visit.huddle.state === 'inside' && <p class="quiet">{text.huddle.chat}</p>}
        <Chat
          messages={visit.chat}
          you={visit.you.id}
          maySend={visit.permissions.includes('chat')}
          onSend={(said) => session.say(said)}
        />
      </section>
    </div>
  );
}

interface PeopleProps extends SeatPageProps {
  screening: ScreeningState;
  state: StateSentence;
  inviting: boolean;
  onInvited: () => void;
}

function People(props: PeopleProps) {
  const { screening, state, session, snapshot, visit, clinic, devices, sound } = props;
  const now = useMinute();
  const waiting = atTheDoor(visit).filter((one) => may(one, 'admit'));
  const mayAdmit = visit.permissions.includes('admit');
  const inHuddle = visit.huddle.state === 'inside';
  const checks = useChecks(visit.visit.id, waiting.length > 0);
  const recording = visit.recording.state === 'recording';
  const outcome = gravestLicence(visit)?.outcome;
  const licence = outcome === 'warning' || outcome === 'blocked' ? outcome : undefined;
  const said = useSteadySteps(visit.pictures, SAID_LINGER_MS);
  const supportPhone = clinic?.supportPhone ?? '';
  return (
    <section class="d-people" aria-label={text.desk.people}>
      {inHuddle && (
        <p class="only-team">
          <Icon name="lock" />
          {text.huddle.only}
        </p>
      )}
      {waiting.map((person) => (
        <Door
          key={person.id}
          person={person}
          now={now}
          recording={recording}
          licence={person.role === 'patient' ? licence : undefined}
          huddle={inHuddle}
          onAdmit={async (participant, knowsLicence) => {
            await session.admit(participant, knowsLicence);
            if (inHuddle) await session.huddle('end');
          }}
          onDeny={(participant) => session.deny(participant)}
        >
          <CheckAtDoor check={checks.find((one) => one.participant === person.id)} />
          {person.role === 'patient' && <LicenceAtDoor visit={visit} patient={shortName(person.name)} />}
          <ScreeningAtDoor state={screening} participant={person.id} />
        </Door>
      ))}
      {snapshot.connection.name === 'lost' && !stillTogether(snapshot) ? (
        <Reconnecting since={snapshot.connection.since} supportPhone={supportPhone} onTryNow={() => session.wake()} />
      ) : (
        <DeskFaces {...props} fix={repairOf(state, devices, sound)} supportPhone={supportPhone} />
      )}
      {props.inviting && <InvitePanel familyOnly={false} onInvite={(invitation) => session.invite(invitation)} onClose={props.onInvited} />}
      <LicenceBand visit={visit} />
      <DeskSeats {...props} />
      <LadderVoice steps={said} people={othersInVisit(visit)} supportPhone={supportPhone} />
      <MissedWords missed={visit.missed} people={visit.roster} />
      {visit.permissions.includes('late') && !patientIsIn(visit) && (
        <LateControl expected={visit.visit.expected} now={now} onSay={(said) => session.sayLate(said)} />
      )}
      {waiting.length === 0 && mayAdmit && (
        <div class="door">
          <h2>{text.door.heading}</h2>
          <p class="quiet">{text.door.nobody}</p>
        </div>
      )}
      <DoorSound onHear={() => chime(() => chimeVolume(visit, snapshot.devices.audioMuted))} />
    </section>
  );
}

const patientIsIn = (visit: SeatPageProps['visit']) => visit.roster.some((one) => one.role === 'patient' && one.state !== 'waiting');

function DeskFaces({ session, snapshot, visit, fix, supportPhone }: SeatPageProps & { fix: RepairProps | null; supportPhone: string }) {
  const { faces, onSize, onPicture } = useFaces(session, visit, snapshot.call, picturesFor(useNarrow()));
  const { videoTrack, audioMuted } = snapshot.devices;
  const hidden = snapshot.devices.videoMuted || snapshot.devices.cameraLost;
  return (
    <div class="d-faces">
      {faces.map((face, index) => (
        <ParticipantTile
          key={face.person.id}
          {...face}
          supportPhone={supportPhone}
          className={index === 0 ? 'big' : 'third'}
          onSize={onSize}
          onPicture={onPicture}
        >
          {index === 0 && fix && <Repair {...fix} />}
        </ParticipantTile>
      ))}
      <div class={`face ${faces.length === 0 ? 'big low' : 'third'}${videoTrack && !hidden ? '' : ' nopic'}`}>
        <SelfVideo track={videoTrack} hidden={hidden} />
        {(hidden || !videoTrack) && <Icon name="cameraOff" />}
        <p class="name">
          {audioMuted && <Icon name="microphoneOff" />}
          <strong>{text.you}</strong>
          {faces.length === 0 && <span>{text.visit.onlyYouSee}</span>}
        </p>
        {faces.length === 0 && fix && <Repair {...fix} />}
      </div>
    </div>
  );
}
