// /enter#<visit>: a member of staff who signed in takes their seat in a visit, without a link. The seat is bound to the
// session: a page that is loaded anew takes it again, and nothing of it is kept in the browser.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { Devices } from '../call/devices';
import { deviceWord, platformOf } from '../call/platform';
import { worksAtDesk } from '../call/visit_state';
import type { Clinic } from '../components/page_frame/view';
import { HttpProblem, isPending, session, signInWays } from '../protocol/http_api';
import type { Account, Pending, Seat } from '../protocol/http_api';
import { rememberReturn } from '../protocol/sign_in_return';
import { takeSeat } from '../protocol/staff_api';
import { text, wordFor } from '../text/text';
import { DeviceCheck } from './device_check_door';
import { useHelpOffer } from './help_offer';
import { useHelp } from './lazy_help';
import { MessagePage } from './message_page';
import { SeatPages } from './seat_pages';
import { SecondDevicePage } from './second_device';
import { VisitEndedPage } from './visit_ended';
import type { EndReason } from './visit_ended';

type Step =
  | { name: 'opening' }
  | { name: 'second_device'; pending: Pending; refused: boolean }
  | { name: 'check' | 'seat'; seatToken: string }
  | { name: 'ended'; why: EndReason }
  | { name: 'refused'; code: string }
  | { name: 'signed_out' }
  | { name: 'failed' };

const visitOfAddress = () => decodeURIComponent(location.hash.slice(1));

/** Whether this tab was in the seat before it was loaded anew: the check is behind it. */
const wasInSeat = () => (history.state as { inSeat?: boolean } | null)?.inSeat === true;
const rememberInSeat = (inSeat: boolean) => history.replaceState({ inSeat }, '');

const toStart = () => location.assign('/sign-in');

export function EnterPages() {
  const devices = useMemo(() => new Devices(), []);
  const visit = useMemo(visitOfAddress, []);
  const [step, setStep] = useState<Step>({ name: 'opening' });
  const [account, setAccount] = useState<Account | null>(null);
  const [clinic, setClinic] = useState<Clinic | null>(null);
  const { offered, forget } = useHelpOffer(step.name === 'check');
  const Help = useHelp(offered);

  useEffect(() => {
    void open();
    const other = () => visitOfAddress() !== visit && location.reload();
    window.addEventListener('hashchange', other);
    return () => window.removeEventListener('hashchange', other);
  }, []);

  async function open() {
    setStep({ name: 'opening' });
    try {
      const [ways, { account: who }] = await Promise.all([signInWays(), session()]);
      setClinic({ organisation: ways.organisation, supportPhone: ways.support_phone });
      if (!who) return showSignIn(ways.openid || ways.invented !== null);
      setAccount(who);
      const answer = await takeSeat(visit, deviceWord(platformOf(navigator)));
      if (isPending(answer)) setStep({ name: 'second_device', pending: answer, refused: false });
      else await seated(answer);
    } catch (error) {
      if (error instanceof HttpProblem && error.status === 401) setStep({ name: 'signed_out' });
      else if (error instanceof HttpProblem && !error.temporary) setStep({ name: 'refused', code: error.code });
      else setStep({ name: 'failed' });
    }
  }

  function showSignIn(thereIsOne: boolean) {
    if (!thereIsOne) return setStep({ name: 'signed_out' });
    rememberReturn(`/enter${location.hash}`);
    location.replace('/sign-in');
  }

  async function seated({ seat_token: seatToken }: Seat) {
    if (wasInSeat()) {
      await devices.acquire();
      if (devices.state.name !== 'failed') return setStep({ name: 'seat', seatToken });
    }
    setStep({ name: 'check', seatToken });
  }

  function enter(seatToken: string) {
    rememberInSeat(true);
    setStep({ name: 'seat', seatToken });
  }

  function onEnded(why: EndReason) {
    devices.release();
    rememberInSeat(false);
    // The token counts no more: signed out meanwhile, or taken at another device.
    if (why === 'bad_token') void open();
    else setStep({ name: 'ended', why });
  }

  const words = text.signIn.enter;
  const staff = account?.roles.some((role) => worksAtDesk({ role })) === true;
  switch (step.name) {
    case 'opening':
      return <MessagePage page="loading" clinic={clinic} title={text.loading.title} words={text.loading.text} />;
    case 'failed': // a part of the client that did not come is asked for by a fresh page alone
      return (
        <MessagePage
          page="unreachable"
          clinic={clinic}
          title={text.unreachable.title}
          words={text.unreachable.text}
          act={{ word: text.unreachable.tryNow, run: () => location.reload() }}
        />
      );
    case 'signed_out':
      return <MessagePage page="staff-sign-in" clinic={clinic} title={text.board.signInTitle} words={words.signInText} act={{ word: text.board.toSignIn, run: signIn }} />;
    case 'refused':
      return (
        <MessagePage
          page="enter-refused"
          clinic={clinic}
          title={words.refusedTitle}
          words={wordFor(words.refused, step.code) ?? words.refused.not_found}
          act={{ word: words.toVisits, run: toStart }}
          call
        />
      );
    case 'second_device':
      return (
        <SecondDevicePage
          clinic={clinic}
          secret=""
          pending={step.pending}
          refused={step.refused}
          onSeated={(seat) => void seated(seat)}
          onRefused={() => setStep({ ...step, refused: true })}
          onAgain={() => void open()}
        />
      );
    case 'check':
      return (
        <>
          {Help && offered && <Help.HelpOnTheWay key={step.seatToken} seatToken={step.seatToken} clinic={clinic} devices={devices} onDone={forget} />}
          <DeviceCheck devices={devices} clinic={clinic} staff={staff} moment="door" steps={null} onReady={() => enter(step.seatToken)} />
        </>
      );
    case 'seat':
      return <SeatPages key={step.seatToken} seatToken={step.seatToken} devices={devices} clinic={clinic} openAnswers={null} crisis={null} onEnded={onEnded} />;
    case 'ended':
      return <VisitEndedPage why={step.why} clinic={clinic} staff={staff} practice={false} onBack={() => void open()} />;
  }
}

function signIn() {
  rememberReturn(`/enter${location.hash}`);
  location.assign('/sign-in');
}
