// The physician's desk: the letter left, people right; who waits comes first. No modal hides a face.

import { useState } from 'preact/hooks';
import { gravestLicence } from '../call/door_licence';
import { atTheDoor, inCalmRoom, may, othersInVisit, worksAtDesk } from '../call/visit_state';
import { Button } from '../components/button/view';
import { CheckAtDoor, useChecks } from '../components/check_at_door/view';
import { Chat } from '../components/chat/view';
import { ConsentAnswers, consentIsOpen, ConsentQuestion } from '../components/consent_question/view';
import { Door } from '../components/door/view';
import { EmergencyButton, EmergencyPanel } from '../components/emergency/view';
import { HuddleBand, HuddleButton } from '../components/huddle_band/view';
import { Icon, Mark } from '../components/icon/view';
import { LadderVoice } from '../components/ladder_voice/view';
import { MissedWords } from '../components/missed_words/view';
import { LicenceAtDoor, LicenceBand } from '../components/licence_note/view';
import { InvitePanel } from '../components/invite/view';
import { LateControl } from '../components/late/view';
import { LetterText } from '../components/opinion_panel/view';
import { useOpinion } from '../components/opinion_panel/use_opinion';
import type { OpinionState } from '../components/opinion_panel/use_opinion';
import type { PageName } from '../components/page_frame/page_names';
import { LargerText, PageHeading, Skip, useDocument } from '../components/page_frame/view';
import { ParticipantTile } from '../components/participant_tile/view';
import { RecordingControl } from '../components/recording_control/view';
import { Reconnecting } from '../components/reconnecting/view';
import { Repair } from '../components/repair/view';
import type { RepairProps } from '../components/repair/view';
import { useScreening } from '../components/screening/use_screening';
import type { ScreeningState } from '../components/screening/use_screening';
import { ScreeningAtDoor, ScreeningSide } from '../components/screening/view';
import { SecondDevice } from '../components/second_device/view';
import { SelfVideo } from '../components/self_view/view';
import { StateLine } from '../components/state_line/view';
import { stillTogether } from '../call/visit_session';
import { opinionPdfUrl } from '../protocol/http_api';
import { shortName } from '../text/names';
import { clock, dateAndTime, daysUntil, longDate } from '../text/times';
import { text } from '../text/text';
import { useMinute } from './arrival';
import { DeskSeats } from './desk_seats';
import { useFaces } from './faces';
import type { SeatPageProps } from './seat_pages';
import { repairOf, somebodySpeaks, stateSentence } from './state_sentence';
import { useSteadySteps } from './steady_steps';
import { isTyping } from './typing';
import { OwnConnection, picturesFor, SAID_LINGER_MS, SEEN_LINGER_MS } from './visit';
import { useNarrow } from './width';
import '../style/staff.css';
import './desk.css';

export function DeskPage(props: SeatPageProps) {
  const { visit } = props;
  const patient = visit.roster.find((one) => one.role === 'patient');
  const title = patient?.name ?? visit.visit.title;
  useDocument(text.desk.pageTitle({ title }), 'staff');
  const opinion = useOpinion(visit.visit.opinion && visit.permissions.includes('opinion') ? visit.visit.case : null);
  const [part, setPart] = useState(0);
  const screening = useScreening(visit);
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
          onStep={(step) => props.session.emergency(step)}
        />
      )}
      <main id="main" tabIndex={-1} class="d-main">
        <Sections state={opinion} caseId={visit.visit.case} part={part} onPart={setPart} />
        <LetterOnDesk state={opinion} hasLetter={visit.visit.opinion} part={part} onPart={setPart} />
        <Side {...props} screening={screening} />
        <People {...props} screening={screening} />
      </main>
      <p class="vh" aria-live="polite">
        {atTheDoor(visit).map((one) => text.door.arrived({ name: one.name })).join(' ')}
      </p>
    </div>
  );
}

function DeskBar({ title, ...props }: SeatPageProps & { title: string }) {
  const { session, visit } = props;
  const now = useMinute();
  const colleagues = othersInVisit(visit).filter(worksAtDesk);
  const inHuddle = visit.huddle.state === 'inside';
  const names = visit.roster.filter((one) => visit.recording.waiting_for.includes(one.id)).map((one) => (one.you ? text.you : shortName(one.name)));
  return (
    <header class="bar">
      <Mark />
      <div>
        <PageHeading>{title}</PageHeading>
        <p class="quiet">{visit.visit.title}</p>
      </div>
      <div class="grow" />
      <p class="nums">
        <strong>{clock(now, text.locale)}</strong>{' '}
        <span class="quiet">{text.desk.planned({ clock: plannedTime(visit.visit.starts_at, now) })}</span>
      </p>
      <RecordingControl
        recording={visit.recording}
        mayStart={visit.permissions.includes('recording_start') && !inHuddle}
        mayStop={visit.permissions.includes('recording_stop')}
        waitingFor={names}
        onAction={(action) => session.record(action)}
      />
      {visit.permissions.includes('huddle') && !inHuddle && colleagues.length > 0 && (
        <HuddleButton colleagues={colleagues} onBegin={() => session.huddle('begin')} />
      )}
      <OwnConnection {...props} />
      <LargerText />
      {visit.permissions.includes('emergency') && <EmergencyButton on={visit.emergency !== null} onStep={(step) => session.emergency(step)} />}
      {visit.permissions.includes('end') && <EndVisit onEnd={() => session.endVisit()} />}
    </header>
  );
}

/** Ending it for everybody asks once more, in the same place. */
/** The time of today's visit; of another day's, the day as well. */
const plannedTime = (at: number, now: number) => (daysUntil(at, now) === 0 ? clock(at, text.locale) : dateAndTime(at, text.locale));

function EndVisit({ onEnd }: { onEnd: () => Promise<void> }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  if (!asking) {
    return (
      <Button kind="end" onClick={() => setAsking(true)}>
        {text.desk.endVisit}
      </Button>
    );
  }
  return (
    <div class="row end-sure" role="group" aria-label={text.desk.endSure}>
      <p role="alert">{text.desk.endSure}</p>
      <Button
        kind="end"
        busy={busy}
        onClick={() => {
          setBusy(true);
          onEnd()
            .catch(() => undefined)
            .finally(() => setBusy(false));
        }}
      >
        {text.desk.endYes}
      </Button>
      <Button onClick={() => setAsking(false)}>{text.desk.endNo}</Button>
    </div>
  );
}

interface PartProps {
  state: OpinionState;
  part: number;
  onPart: (part: number) => void;
}

function Sections({ state, caseId, part, onPart }: PartProps & { caseId: string }) {
  const { opinion } = state;
  return (
    <nav class="d-nav" aria-label={text.panel.sections}>
      {opinion && (
        <>
          <ol class="sections">
            {opinion.sections.map((section, index) => (
              <li key={section.id}>
                <button type="button" aria-current={index === part ? 'step' : undefined} onClick={() => onPart(index)}>
                  {section.heading}
                </button>
              </li>
            ))}
          </ol>
          <section aria-labelledby="outcome" class="stack tight outcome">
            {(opinion.outcome?.length ?? 0) > 0 && (
              <>
                <h2 id="outcome">{text.panel.outcome}</h2>
                <ul>
                  {opinion.outcome?.map((one) => (
                    <li key={one.code}>{one.text}</li>
                  ))}
                </ul>
              </>
            )}
            <p class="quiet">{text.panel.writtenBy({ author: opinion.author.name, day: longDate(opinion.delivered_at, text.locale) })}</p>
            {opinion.pdf && (
              <p>
                <a href={opinionPdfUrl(caseId)} target="_blank" rel="noopener">
                  {text.panel.pdf}
                </a>
              </p>
            )}
          </section>
        </>
      )}
    </nav>
  );
}

function LetterOnDesk({ state, hasLetter, part, onPart }: PartProps & { hasLetter: boolean }) {
  const { opinion, failed, again } = state;
  const section = opinion?.sections[part];
  if (!opinion || !section) {
    return (
      <section class="d-letter" aria-label={text.panel.opinion}>
        <div class="letter-state" role="status">
          <p>{!hasLetter ? text.desk.noLetter : failed ? text.panel.failed : text.panel.loading}</p>
          {failed && <Button onClick={again}>{text.panel.again}</Button>}
        </div>
      </section>
    );
  }
  const place = text.panel.section({ now: part + 1, of: opinion.sections.length });
  return (
    <section class="d-letter" aria-label={text.panel.opinion}>
      <div class="who-sees">
        <p>
          <Icon name="paper" />
          {opinion.title}
        </p>
        <p class="quiet">{place}</p>
      </div>
      <LetterText section={section} label={place} />
      <div class="d-acts">
        <Button icon="back" disabled={part === 0} onClick={() => onPart(part - 1)}>
          {text.panel.previous}
        </Button>
        <Button kind="go" disabled={part + 1 >= opinion.sections.length} onClick={() => onPart(part + 1)}>
          {text.panel.next}
        </Button>
      </div>
    </section>
  );
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

function People(props: SeatPageProps & { screening: ScreeningState }) {
  const { screening, session, snapshot, visit, clinic, devices, sound } = props;
  const now = useMinute();
  const waiting = atTheDoor(visit).filter((one) => may(one, 'admit'));
  const mayAdmit = visit.permissions.includes('admit');
  const inHuddle = visit.huddle.state === 'inside';
  const checks = useChecks(visit.visit.id, waiting.length > 0);
  const recording = visit.recording.state === 'recording';
  const [inviting, setInviting] = useState(false);
  const outcome = gravestLicence(visit)?.outcome;
  const licence = outcome === 'warning' || outcome === 'blocked' ? outcome : undefined;
  const { audioMuted, videoMuted, videoTrack } = snapshot.devices;
  const seen = useSteadySteps(visit.seen, SEEN_LINGER_MS);
  const said = useSteadySteps(visit.pictures, SAID_LINGER_MS);
  const state = stateSentence(snapshot, sound.blocked, seen);
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
      <LicenceBand visit={visit} />
      <DeskSeats {...props} />
      <LadderVoice steps={said} people={othersInVisit(visit)} supportPhone={supportPhone} />
      <MissedWords missed={visit.missed} people={visit.roster} />
      <StateLine sentence={state.sentence} speaking={somebodySpeaks(snapshot)} />
      <div class="ctl" role="group" aria-label={text.visit.controls}>
        <Button icon={audioMuted ? 'microphoneOff' : 'microphone'} on={audioMuted} onClick={() => session.setMuted(!audioMuted, videoMuted)}>
          {audioMuted ? text.desk.unmute : text.desk.mute}
        </Button>
        <Button
          icon={videoMuted || !videoTrack ? 'cameraOff' : 'camera'}
          on={videoMuted}
          disabled={!videoTrack}
          onClick={() => session.setMuted(audioMuted, !videoMuted)}
        >
          {videoMuted ? text.desk.show : text.desk.hide}
        </Button>
        {visit.permissions.includes('invite') && (
          <Button icon="people" on={inviting} onClick={() => setInviting(!inviting)}>
            {text.invite.button}
          </Button>
        )}
        <Button kind="end" icon="leave" onClick={() => void session.leave()}>
          {text.desk.leave}
        </Button>
      </div>
      {inviting && <InvitePanel familyOnly={false} onInvite={(invitation) => session.invite(invitation)} onClose={() => setInviting(false)} />}
      {visit.permissions.includes('late') && !patientIsIn(visit) && (
        <LateControl expected={visit.visit.expected} now={now} onSay={(said) => session.sayLate(said)} />
      )}
      {waiting.length === 0 && mayAdmit && (
        <div class="door">
          <h2>{text.door.heading}</h2>
          <p class="quiet">{text.door.nobody}</p>
        </div>
      )}
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
