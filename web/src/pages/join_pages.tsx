// From the opened link to the farewell.
//
//   opening --(no seat yet)--> arrival --> birthday --> place --> check --> questions --> seat (waiting room, visit, desk)
//      |                          |            |                                           |
//      |                          |            +--> second_device                          +--> ended --> seat
//      |                          +--> (no birthday asked) --> place
//      +--(this device has the seat)--> where it was, or the seat
//   which of these steps there are: way_in.ts; over any of them, whenever it is due: crisis
//   from anywhere: link_problem (unknown, expired, over), locked, unreachable

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { arrive, HttpProblem, isPending, lookAtLink } from '../protocol/http_api';
import type { Invitation, Pending, Seat } from '../protocol/http_api';
import { freshPage } from '../protocol/fresh_page';
import { SeatStore } from '../protocol/seat_store';
import { crisisIn } from '../protocol/questionnaires';
import { tellOpened, tellStep } from '../protocol/seat_step';
import { momentOf } from '../call/check_report';
import { Devices } from '../call/devices';
import { deviceWord, platformOf } from '../call/platform';
import { worksAtDesk } from '../call/visit_state';
import type { Clinic } from '../components/page_frame/view';
import { PracticeBand } from '../components/practice_band/view';
import { suggestLanguages } from '../text/language_choice';
import { text } from '../text/text';
import { ArrivalPage } from './arrival';
import { beginAsking, somethingIsLeft } from './asking';
import type { Asking } from './asking';
import { BirthdayPage } from './birthday';
import { bringDeviceCheck, DeviceCheck } from './device_check_door';
import { useHelpOffer } from './help_offer';
import { loadDesk } from './lazy_desk';
import { useHelp } from './lazy_help';
import { LinkProblemPage, linkProblemOf } from './link_problem';
import type { LinkProblem } from './link_problem';
import { MessagePage } from './message_page';
import { SeatPages } from './seat_pages';
import { SecondDevicePage } from './second_device';
import { VisitEndedPage } from './visit_ended';
import type { EndReason } from './visit_ended';
import { firstStep, positionOf, resumeAt, stepAfter, wayIn } from './way_in';
import type { WayInStep } from './way_in';

type Step =
  | { name: 'opening' }
  | { name: 'unreachable'; retry: () => void }
  | { name: 'link_problem'; problem: LinkProblem }
  | { name: 'arrival'; invitation: Invitation; failed?: boolean }
  | { name: 'birthday'; invitation: Invitation; wrong?: { left: number | undefined } | 'failed' }
  | { name: 'locked' }
  | { name: 'second_device'; pending: Pending; refused: boolean; invitation: Invitation }
  | { name: 'place' | 'questions'; seatToken: string }
  | { name: 'check'; seatToken: string }
  | { name: 'seat'; seatToken: string }
  | { name: 'ended'; why: EndReason; seatToken: string | null };

const RETRY_MS = 4000;

/** The secret of the link: the fragment, which browsers never send. */
const secretOfLink = () => {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return location.hash.slice(1);
  }
};

const clinicOf = (invitation: Invitation): Clinic => ({
  organisation: invitation.organisation,
  supportPhone: invitation.support_phone,
});

/** The pages, and above those of the way in whoever came to help. */
export function JoinPages() {
  const devices = useMemo(() => new Devices(), []);
  const [seat, setSeat] = useState<OnWayIn | null>(null);
  const [practice, setPractice] = useState(false);
  const { offered, forget } = useHelpOffer(seat !== null);
  const Help = useHelp(offered);
  return (
    <>
      {practice && <PracticeBand />}
      {Help && offered && seat && <Help.HelpOnTheWay key={seat.seatToken} {...seat} devices={devices} onDone={forget} />}
      <JoinSteps devices={devices} onWayIn={setSeat} onPractice={setPractice} />
    </>
  );
}

/** Somebody who has a seat and does not sit in it yet. */
interface OnWayIn {
  seatToken: string;
  clinic: Clinic | null;
}

interface JoinStepsProps {
  devices: Devices;
  onWayIn: (seat: OnWayIn | null) => void;
  /** Whether staff learn in this visit, once that is known. */
  onPractice: (practice: boolean) => void;
}

function JoinSteps({ devices, onWayIn: tellWayIn, onPractice }: JoinStepsProps) {
  const secret = useMemo(secretOfLink, []);
  const store = useRef<SeatStore | null>(null);
  const [step, setStep] = useState<Step>({ name: 'opening' });
  const [clinic, setClinic] = useState<Clinic | null>(null);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const [busy, setBusy] = useState(false);
  const [steps, setSteps] = useState<readonly WayInStep[]>([]);
  const asking = useRef<Asking | null>(null);
  const opening = useRef<Promise<Asking> | null>(null);
  const [crisis, setCrisis] = useState(false);

  useEffect(() => {
    void open();
    const otherLink = () => secretOfLink() !== secret && location.reload();
    window.addEventListener('hashchange', otherLink);
    return () => window.removeEventListener('hashchange', otherLink);
  }, []);

  const seatOnWayIn = step.name === 'place' || step.name === 'check' || step.name === 'questions' ? step.seatToken : null;
  useEffect(() => tellWayIn(seatOnWayIn === null ? null : { seatToken: seatOnWayIn, clinic }), [seatOnWayIn, clinic]);

  useEffect(() => {
    if (step.name === 'birthday') tellStep('birth_date_asked', { secret });
    return step.name === 'arrival' ? tellOpened(secret) : undefined;
  }, [step.name]);

  async function open() {
    if (!secret) return setStep({ name: 'link_problem', problem: 'missing' });
    store.current ??= await SeatStore.open(secret);
    const seat = store.current.read();
    onPractice(seat.practice === true);
    if (seat.organisation) setClinic({ organisation: seat.organisation, supportPhone: seat.supportPhone ?? '' });
    if (seat.seatToken && seat.left) return setStep({ name: 'ended', why: 'left', seatToken: seat.seatToken });
    if (seat.seatToken) return resume(seat.seatToken, seat.wayIn as WayInStep[] | undefined, seat.at as WayInStep | undefined);
    return look();
  }

  /** A reload on the way in goes on where it was; whoever has a seat goes straight back to it. */
  async function resume(seatToken: string, way: WayInStep[] | undefined, at: WayInStep | undefined) {
    const to = resumeAt(way, at);
    if (to === 'seat') return returnToSeat(seatToken);
    setSteps(way ?? []);
    await goTo(to, seatToken, way ?? []);
  }

  /**
   * This device had the seat before a reload: straight back, without a question. Camera and microphone open while the
   * socket does.
   */
  async function returnToSeat(seatToken: string) {
    setStep({ name: 'seat', seatToken });
    // What was answered and had not arrived is sent now, whatever page is shown.
    if (somethingIsLeft(store.current?.owner ?? '')) void openAnswers().catch(() => undefined);
    await devices.acquire();
    if (devices.state.name !== 'failed') return;
    setStep((now) => (now.name === 'seat' ? { name: 'check', seatToken } : now));
  }

  async function look() {
    try {
      const found = await lookAtLink(secret);
      learn(found);
      if (found.visit.state === 'ended') setStep({ name: 'link_problem', problem: 'ended' });
      else setStep({ name: 'arrival', invitation: found });
      void bringDeviceCheck().catch(() => undefined);
    } catch (error) {
      const problem = linkProblemOf(error);
      if (problem) return setStep({ name: 'link_problem', problem });
      setStep({ name: 'unreachable', retry: () => void look() });
    }
  }

  function learn(found: Invitation) {
    setInvitation(found);
    setClinic(clinicOf(found));
    setSteps(wayIn(found.asks));
    if (worksAtDesk(found.person)) void loadDesk().catch(() => undefined);
    suggestLanguages(found.person.languages ?? []);
    const asked = found.asks.place === true || found.asks.questions === true;
    const practice = found.visit.practice === true;
    onPractice(practice);
    store.current?.change({ organisation: found.organisation, supportPhone: found.support_phone, asked, practice });
  }

  async function takeSeat(found: Invitation, birthDate?: string) {
    setBusy(true);
    try {
      const device = deviceWord(platformOf(navigator));
      const deviceToken = store.current?.read().deviceToken;
      const answer = await arrive({
        secret,
        device,
        ...(birthDate ? { birth_date: birthDate } : {}),
        ...(deviceToken ? { device_token: deviceToken } : {}),
      });
      if (isPending(answer)) setStep({ name: 'second_device', pending: answer, refused: false, invitation: found });
      else seated(answer);
    } catch (error) {
      setStep(afterRefusal(error, found));
    } finally {
      setBusy(false);
    }
  }

  function seated(seat: Seat) {
    store.current?.change({ seatToken: seat.seat_token, deviceToken: seat.device_token, left: false });
    void goTo(firstStep(steps), seat.seat_token, steps);
  }

  /** To a step of the way in, or past what there is nothing to ask. */
  async function goTo(to: WayInStep | 'seat', seatToken: string, way: readonly WayInStep[]): Promise<void> {
    if (to === 'seat' || to === 'birthday') return enter(seatToken);
    store.current?.change({ wayIn: way, at: to });
    if (to === 'check') return setStep({ name: 'check', seatToken });
    let asked: Asking;
    try {
      asked = await openAnswers();
    } catch (error) {
      if (!(error instanceof HttpProblem)) return setStep({ name: 'unreachable', retry: () => void freshPage() }); // the pages did not come
      if (error.temporary) return setStep({ name: 'unreachable', retry: () => void goTo(to, seatToken, way) });
      if (error.status === 401) return onEnded('bad_token', seatToken);
      return goTo(stepAfter(way, to), seatToken, way); // nobody is asked anything here (any more)
    }
    const { pages, keeper } = asked;
    const open = to === 'place' ? pages.placeOf(keeper) !== undefined : pages.hasOpenQuestions(keeper);
    if (open) setStep({ name: to, seatToken });
    else await goTo(stepAfter(way, to), seatToken, way);
  }

  async function openAnswers(): Promise<Asking> {
    if (asking.current) return asking.current;
    opening.current ??= beginAsking(store.current?.owner ?? '', () => setCrisis(true)).finally(() => (opening.current = null));
    asking.current = await opening.current;
    return asking.current;
  }

  function enter(seatToken: string) {
    store.current?.change({ left: false, wayIn: undefined, at: undefined });
    setStep({ name: 'seat', seatToken });
  }

  function onEnded(why: EndReason, seatToken: string) {
    devices.release();
    if (why === 'left' || why === 'ended') store.current?.change({ left: true });
    if (why === 'ended' || why === 'revoked') store.current?.change({ seatToken: undefined });
    if (why === 'bad_token') {
      // The seat is from another day, or was given to another device: the link knows more.
      store.current?.change({ seatToken: undefined, left: false });
      setStep({ name: 'opening' });
      return void look();
    }
    setStep({ name: 'ended', why, seatToken });
  }

  async function comeBack(seatToken: string | null) {
    store.current?.change({ left: false });
    setStep({ name: 'opening' });
    if (seatToken) await returnToSeat(seatToken);
    else await look();
  }

  const staff = invitation ? worksAtDesk(invitation.person) : false;
  const onward = (from: WayInStep, seatToken: string) => void goTo(stepAfter(steps, from), seatToken, steps);
  const { pages, keeper } = asking.current ?? {};
  const toCall = crisis ? crisisIn(keeper?.asked.crisis ?? [], text.code) : null;
  // In the seat the conversation goes on behind it: seat_pages.tsx.
  if (pages && toCall && step.name !== 'seat') return <pages.CrisisPage crisis={toCall} clinic={clinic} onGoOn={() => setCrisis(false)} />;
  switch (step.name) {
    case 'opening':
      return <MessagePage page="loading" clinic={clinic} title={text.loading.title} words={text.loading.text} />;
    case 'unreachable':
      return <UnreachablePage clinic={clinic} retry={step.retry} />;
    case 'link_problem':
      return <LinkProblemPage problem={step.problem} clinic={clinic} />;
    case 'arrival':
      return (
        <ArrivalPage
          invitation={step.invitation}
          busy={busy}
          failed={step.failed === true}
          onGo={() => {
            if (step.invitation.asks.birth_date) setStep({ name: 'birthday', invitation: step.invitation });
            else void takeSeat(step.invitation);
          }}
        />
      );
    case 'birthday':
      return (
        <BirthdayPage
          invitation={step.invitation}
          clinic={clinic}
          position={positionOf(wayIn(step.invitation.asks), 'birthday')}
          busy={busy}
          wrong={step.wrong ?? null}
          onNext={(birthDate) => void takeSeat(step.invitation, birthDate)}
        />
      );
    case 'locked':
      return (
        <MessagePage page="locked" clinic={clinic} title={text.birthday.lockedTitle} words={text.birthday.lockedText} call />
      );
    case 'second_device':
      return (
        <SecondDevicePage
          clinic={clinic}
          secret={secret}
          pending={step.pending}
          refused={step.refused}
          onSeated={seated}
          onRefused={() => setStep({ ...step, refused: true })}
          onAgain={() => setStep({ name: 'arrival', invitation: step.invitation })}
        />
      );
    case 'check':
      return (
        <DeviceCheck
          devices={devices}
          clinic={clinic}
          staff={staff}
          moment={momentOf(invitation?.visit.starts_at ?? null, Date.now())}
          steps={positionOf(steps, 'check')}
          onReady={() => onward('check', step.seatToken)}
        />
      );
    case 'place':
    case 'questions': {
      if (!pages || !keeper) return null;
      const Page = step.name === 'place' ? pages.PlacePage : pages.QuestionsPage;
      return <Page keeper={keeper} clinic={clinic} position={positionOf(steps, step.name)} onDone={() => onward(step.name, step.seatToken)} />;
    }
    case 'seat':
      return (
        <SeatPages
          key={step.seatToken}
          seatToken={step.seatToken}
          devices={devices}
          clinic={clinic}
          openAnswers={store.current?.read().asked ? openAnswers : null}
          crisis={pages && toCall ? { pages, crisis: toCall, onGoOn: () => setCrisis(false) } : null}
          onEnded={(why) => onEnded(why, step.seatToken)}
        />
      );
    case 'ended':
      return (
        <VisitEndedPage why={step.why} clinic={clinic} staff={staff} practice={store.current?.read().practice === true} onBack={() => void comeBack(step.seatToken)} />
      );
  }
}

function afterRefusal(error: unknown, invitation: Invitation): Step {
  const problem = linkProblemOf(error);
  if (problem) return { name: 'link_problem', problem };
  if (error instanceof HttpProblem && error.code === 'wrong_birth_date') {
    return { name: 'birthday', invitation, wrong: { left: error.triesLeft } };
  }
  if (error instanceof HttpProblem && error.code === 'birth_date_needed') {
    return { name: 'birthday', invitation: { ...invitation, asks: { ...invitation.asks, birth_date: error.birthDate ?? 'own' } } };
  }
  if (error instanceof HttpProblem && error.status === 423) return { name: 'locked' };
  if (invitation.asks.birth_date) return { name: 'birthday', invitation, wrong: 'failed' };
  return { name: 'arrival', invitation, failed: true };
}

function UnreachablePage({ clinic, retry }: { clinic: Clinic | null; retry: () => void }) {
  useEffect(() => {
    const timer = setInterval(retry, RETRY_MS);
    window.addEventListener('online', retry);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', retry);
    };
  }, []);
  const words = text.unreachable;
  return (
    <MessagePage
      page="unreachable"
      clinic={clinic}
      title={words.title}
      words={words.text}
      act={{ word: words.tryNow, run: retry }}
    />
  );
}
