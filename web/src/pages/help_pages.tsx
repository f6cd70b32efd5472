// /help#<visit>.<participant>: staff help one person of a visit who is stuck. The page is a chunk of its own.

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ComponentType } from 'preact';
import { Devices } from '../call/devices';
import type { HelpSession } from '../protocol/messages';
import { HttpProblem, offerHelp, session, signInWays } from '../protocol/http_api';
import { rememberReturn } from '../protocol/sign_in_return';
import { shortName } from '../text/names';
import { text, wordFor } from '../text/text';
import { MessagePage, UnreachablePage } from './message_page';

export interface HelpPageProps {
  seatToken: string;
  /** Of who is helped. */
  visit: string;
  participant: string;
  devices: Devices;
  onOver: (help: HelpSession | null, why: HelpOver) => void;
}

export type HelpOver = NonNullable<HelpSession['ended']> | 'taken_over';

type Step =
  | { name: 'opening' }
  | { name: 'help'; seatToken: string }
  | { name: 'over'; who: string; why: HelpOver }
  | { name: 'refused'; code: string }
  | { name: 'signed_out' }
  | { name: 'failed' };

const whom = () => {
  const [visit = '', participant = ''] = decodeURIComponent(location.hash.slice(1)).split('.');
  return { visit, participant };
};

const toBoard = () => location.assign('/board');

export function HelpPages() {
  const devices = useMemo(() => new Devices(), []);
  const { visit, participant } = useMemo(whom, []);
  const [step, setStep] = useState<Step>({ name: 'opening' });
  const [Help, setHelp] = useState<ComponentType<HelpPageProps> | null>(null);
  const words = text.helper;

  useEffect(() => {
    void open();
    const other = () => location.reload();
    window.addEventListener('hashchange', other);
    return () => window.removeEventListener('hashchange', other);
  }, []);

  async function open() {
    setStep({ name: 'opening' });
    try {
      const { staff, account } = await session();
      if (!account && !staff) return await showSignIn();
      // First of all the page: nobody is told of help that cannot come.
      const module = await import('./help');
      const { seat_token: seatToken } = await offerHelp(visit, participant);
      void devices.acquire(); // who helps without them still writes
      setHelp(() => module.HelpPage);
      setStep({ name: 'help', seatToken });
    } catch (error) {
      if (error instanceof HttpProblem && error.status === 401) setStep({ name: 'signed_out' });
      else if (error instanceof HttpProblem && !error.temporary) setStep({ name: 'refused', code: error.code });
      else setStep({ name: 'failed' });
    }
  }

  async function showSignIn() {
    const ways = await signInWays();
    if (!(ways.openid || ways.invented)) return setStep({ name: 'signed_out' });
    rememberReturn(`/help${location.hash}`);
    location.replace('/sign-in');
  }

  function onOver(help: HelpSession | null, why: HelpOver) {
    devices.release();
    setStep({ name: 'over', who: help ? shortName(help.with.name) : '', why });
  }

  switch (step.name) {
    case 'opening':
      return <MessagePage page="loading" clinic={null} title={text.loading.title} words={words.opening} />;
    case 'failed':
      return <UnreachablePage title={text.casePage.failed} />;
    case 'signed_out':
      return <MessagePage page="staff-sign-in" clinic={null} title={text.board.signInTitle} words={text.board.signInText} />;
    case 'refused':
      return (
        <MessagePage
          page="help-refused"
          clinic={null}
          title={words.refusedTitle}
          words={wordFor(words.refused, step.code) ?? words.refused.not_found}
          act={{ word: words.toBoard, run: toBoard }}
        />
      );
    case 'over':
      return (
        <MessagePage
          page="help-over"
          clinic={null}
          title={words.overTitle}
          words={words.over[step.why]({ name: step.who })}
          act={step.why === 'visit_ended' ? { word: words.toBoard, run: toBoard } : { word: words.again, run: () => void open() }}
        >
          {step.why !== 'visit_ended' && <a href="/board">{words.toBoard}</a>}
        </MessagePage>
      );
    case 'help':
      return Help && <Help key={step.seatToken} {...{ seatToken: step.seatToken, visit, participant, devices, onOver }} />;
  }
}
