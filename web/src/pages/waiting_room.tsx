// A calm page that survives an hour: who is there, what happens next, the number to call.

import { useState } from 'preact/hooks';
import { momentOf } from '../call/check_report';
import { isOut } from '../call/visit_state';
import type { VisitState } from '../call/visit_state';
import { Button } from '../components/button/view';
import { HelpIsComing } from '../components/emergency/view';
import { Knock } from '../components/knock/view';
import { LateNote } from '../components/late/view';
import { NewTime } from '../components/new_time/view';
import { Note } from '../components/note/view';
import { NeedAHand, PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import { Telephone } from '../components/page_frame/telephone';
import { PersonRow } from '../components/person_row/view';
import { Reconnecting } from '../components/reconnecting/view';
import { SecondDevice } from '../components/second_device/view';
import { SelfView } from '../components/self_view/view';
import { Tag } from '../components/tag/view';
import { hasTitle, shortName } from '../text/names';
import { roleWord, text } from '../text/text';
import { useMinute } from './arrival';
import type { Asking } from './asking';
import { DeviceCheck } from './device_check_door';
import type { SeatPageProps } from './seat_pages';
import { blockedSentence } from './state_sentence';
import './waiting_room.css';

export function WaitingRoomPage(props: SeatPageProps) {
  const { session, snapshot, visit, clinic, devices } = props;
  const [checking, setChecking] = useState(false);
  const [answering, setAnswering] = useState<Asking | null>(null);
  const now = useMinute();
  useDocument(text.waiting.pageTitle);
  const words = text.waiting;
  if (checking || snapshot.devices.name === 'failed') {
    const moment = momentOf(visit.visit.starts_at, Date.now());
    return <DeviceCheck devices={devices} clinic={clinic} staff={false} steps={null} moment={moment} onReady={() => setChecking(false)} />;
  }
  if (answering) return <answering.pages.AnswersPage keeper={answering.keeper} clinic={clinic} onDone={() => setAnswering(null)} />;
  const present = visit.waiting?.present ?? [];
  const doctor = present.find(({ opens }) => opens);
  const patient = visit.roster.find((one) => one.role === 'patient' && !one.you);
  const names = { doctor: doctor ? shortName(doctor.name) : words.someDoctor, patient: patient ? shortName(patient.name) : words.somePatient };
  const told = visit.waiting?.physician_told === true;
  const blocked = snapshot.call.transport === 'media' ? null : snapshot.call.blocked;
  const lost = snapshot.connection.name === 'lost' ? snapshot.connection : null;
  return (
    <PageFrame page="waiting" clinic={clinic} wide foot={<><NeedAHand clinic={clinic} /><p>{text.frame.leaveOpen}</p></>}>
      <div class="stack tight">
        <PageHeading>{titleOf(visit)}</PageHeading>
        <p class="lede" role="status" data-physician-told={told} data-outside={visit.you.outside}>
          {lost ? text.state.lost : ledeOf(visit, names)}
        </p>
      </div>
      {visit.helpComing && <HelpIsComing />}
      {visit.visit.state === 'scheduled' && <NewTime startsAt={visit.visit.starts_at} moved={visit.moved} now={now} timeZone={visit.visit.time_zone} />}
      {visit.visit.expected && <LateNote expected={visit.visit.expected} now={now} timeZone={visit.visit.time_zone} />}
      {blocked && (
        <Note icon="waves">
          <p role="status">{blockedSentence(blocked, clinic?.supportPhone ?? '')}</p>
        </Note>
      )}
      {visit.denied && (
        <p>
          <Button kind="go" onClick={() => session.wake()}>
            {text.ended.askAgain}
          </Button>
        </p>
      )}
      {lost && <Reconnecting since={lost.since} supportPhone={clinic?.supportPhone ?? ''} onTryNow={() => session.wake()} />}
      {visit.secondDevices.map((asked) => (
        <SecondDevice key={asked.request} asked={asked} name={null} onAnswer={(request, allow) => session.answerSecondDevice(request, allow)} />
      ))}
      <div class="wait">
        <section aria-labelledby="who-is-here" class="stack">
          <h2 id="who-is-here">{words.who}</h2>
          {present.length === 0 ? (
            <p class="quiet">{words.nobody}</p>
          ) : (
            <ul class="people">
              {present.map((person, index) => (
                <PersonRow key={index} name={person.name} role={roleWord(person.role)}>
                  <Tag tone="done">{words.here}</Tag>
                </PersonRow>
              ))}
            </ul>
          )}
          {mayKnock(visit) && (
            <Knock name={opensBy(visit)} knocked={visit.you.knocked} onKnock={() => session.knock()} />
          )}
          <Note icon="phone">
            {clinic?.supportPhone ? <AwayFromScreen phone={clinic.supportPhone} /> : <p>{words.awayPlain}</p>}
          </Note>
        </section>
        <section aria-labelledby="what-happens" class="stack">
          <h2 id="what-happens">{words.next}</h2>
          <NextSteps who={visit.waiting?.door === 'patient' ? names.patient : names.doctor} returns={isOut(visit)} hasCamera={snapshot.devices.videoTrack !== null} opinion={visit.visit.opinion} practice={visit.visit.practice === true} />
          <div class="row self-row">
            <div class="self">
              <SelfView track={snapshot.devices.videoTrack} />
            </div>
            <div>
              <p>
                <strong>{isOut(visit) ? words.outsideNow : words.nobodySees}</strong>
              </p>
              <Button kind="plain" onClick={() => setChecking(true)}>
                {words.check}
              </Button>
            </div>
          </div>
          {props.openAnswers && <ToAnswers open={props.openAnswers} onOpened={setAnswering} />}
          <Button kind="plain" onClick={() => void session.leave()}>
            {words.leave}
          </Button>
        </section>
      </div>
    </PageFrame>
  );
}

function ToAnswers({ open, onOpened }: { open: () => Promise<Asking>; onOpened: (asking: Asking) => void }) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const go = () => {
    setState('busy');
    open().then(onOpened, () => setState('failed'));
  };
  return (
    <div>
      <Button kind="plain" busy={state === 'busy'} onClick={go}>
        {text.answers.open}
      </Button>
      {state === 'failed' && (
        <p class="wrong" role="alert">
          {text.answers.failed}
        </p>
      )}
    </div>
  );
}

/** Somebody is there who opens, and has not said no. */
function mayKnock({ you, waiting, denied }: VisitState): boolean {
  if (denied || !waiting || (you.outside !== 'waits' && you.outside !== 'sent_back')) return false;
  return waiting.door === 'patient' ? waiting.present.some((one) => one.role === 'patient') : waiting.physician_told;
}

/** The name of who opens, where it is one person's. */
function opensBy({ waiting }: VisitState): string | null {
  const keepers = (waiting?.present ?? []).filter((one) => (waiting?.door === 'patient' ? one.role === 'patient' : one.opens));
  return keepers.length === 1 && keepers[0] ? shortName(keepers[0].name) : null;
}

function titleOf(visit: VisitState): string {
  const words = text.waiting;
  switch (visit.you.outside) {
    case 'sent_out':
      return words.outTitle;
    case 'sent_back':
      return words.backTitle;
    default:
      if (teamIsLost(visit)) return words.backTitle;
      return words.title({ name: nameToGreet(visit.you.name) });
  }
}

/** They were in the calm room, and nobody of the team has come back so far. */
const teamIsLost = ({ huddle, you, waiting }: VisitState): boolean =>
  huddle.state === 'calm' && you.outside === 'waits' && waiting?.physician_told !== true;

/** Why one waits, and who opens. */
function ledeOf(visit: VisitState, { doctor, patient }: { doctor: string; patient: string }): string {
  const words = text.waiting;
  const asksPatient = visit.waiting?.door === 'patient';
  if (visit.denied) return asksPatient ? words.refusedGuest : `${words.denied} ${words.refusedText}`;
  if (teamIsLost(visit)) return words.teamLost;
  if (visit.you.outside === 'sent_out') return words.outText({ patient });
  if (visit.you.outside === 'sent_back') return words.backText({ doctor });
  if (asksPatient) {
    const isThere = visit.waiting?.present.some((one) => one.role === 'patient');
    return isThere ? words.guestAsked({ patient }) : words.guestSoon({ patient });
  }
  return visit.waiting?.physician_told ? words.told({ doctor }) : words.notTold({ doctor });
}

/** "Mrs. Alder", but the whole name where there is no title: a first name alone is too familiar. */
const nameToGreet = (name: string) => (hasTitle(name) ? shortName(name) : name);

function AwayFromScreen({ phone }: { phone: string }) {
  const [before, after] = text.waiting.away({ phone: '\u0000' }).split('\u0000');
  return (
    <p>
      {before}
      <Telephone number={phone} />
      {after}
    </p>
  );
}

interface NextStepsProps {
  who: string;
  returns: boolean;
  hasCamera: boolean;
  opinion: boolean;
  /** Nothing is recorded then. */
  practice: boolean;
}

function NextSteps({ who, returns, hasCamera, opinion, practice }: NextStepsProps) {
  const words = text.waiting;
  const letsIn = { state: 'now', title: words.letsYouIn({ doctor: who }), words: words.letsYouInText };
  const talk = { state: '', title: words.talk, words: words.talkText };
  const first = [{ state: 'done', title: words.ready, words: hasCamera ? words.readyText : words.readySoundText }, letsIn];
  const steps = returns ? [letsIn, talk] : [
    ...first,
    ...(practice ? [] : [{ state: '', title: words.recording, words: words.recordingText }]),
    opinion
      ? { state: '', title: words.letter, words: words.letterText }
      : talk,
  ];
  return (
    <ol class="next-up">
      {steps.map((step) => (
        <li key={step.title} class={step.state} aria-current={step.state === 'now' ? 'step' : undefined}>
          <div>
            <strong>{step.title}</strong>
            <br />
            <span class="quiet">{step.words}</span>
          </div>
        </li>
      ))}
    </ol>
  );
}
