// Who opens /board: a coordinator who signed in, or came by a staff link, or a technical helper; anybody else is told why not. The board is a
// chunk of its own: patients never load it.

import { useEffect, useState } from 'preact/hooks';
import type { ComponentType } from 'preact';
import { HttpProblem, session, signInWays } from '../protocol/http_api';
import type { Account } from '../protocol/http_api';
import { rememberReturn } from '../protocol/sign_in_return';
import { text } from '../text/text';
import { useAccountWatch } from './account_watch';
import { MessagePage, UnreachablePage } from './message_page';

export interface BoardPageProps {
  name: string;
  /** A technical helper: sees how people come in, and helps. */
  helper: boolean;
  onSignedOut: () => void;
}

type Step =
  | { name: 'opening' }
  | { name: 'board'; who: string; helper: boolean; account?: Account }
  | { name: 'not_allowed' }
  | { name: 'signed_out' }
  | { name: 'failed' };

export function BoardPages() {
  const [step, setStep] = useState<Step>({ name: 'opening' });
  const [Board, setBoard] = useState<ComponentType<BoardPageProps> | null>(null);
  const words = text.board;

  useEffect(() => void open(), []);

  async function open() {
    setStep({ name: 'opening' });
    try {
      const { staff, account } = await session();
      if (!account && !staff) return await showSignIn();
      const coordinates = account ? account.roles.includes('coordinator') : staff?.role === 'coordinator';
      const helps = account?.roles.includes('technical_helper') === true;
      if (!coordinates && !helps) return setStep({ name: 'not_allowed' });
      const module = await import('./board');
      setBoard(() => module.BoardPage);
      setStep({ name: 'board', who: account?.name ?? staff?.name ?? '', helper: !coordinates, account });
    } catch (error) {
      if (error instanceof HttpProblem && !error.temporary) setStep({ name: 'signed_out' });
      else setStep({ name: 'failed' });
    }
  }

  async function showSignIn() {
    const ways = await signInWays();
    if (!(ways.openid || ways.invented)) return setStep({ name: 'signed_out' });
    rememberReturn('/board');
    location.replace('/sign-in');
  }

  useAccountWatch(step.name === 'board' ? step.account : undefined, () => void open());

  switch (step.name) {
    case 'opening':
      return <MessagePage page="loading" clinic={null} title={text.loading.title} words={words.opening} />;
    case 'failed':
      return <UnreachablePage title={text.casePage.failed} />;
    case 'not_allowed':
      return (
        <MessagePage
          page="board-refused"
          clinic={null}
          title={words.notAllowedTitle}
          words={words.notAllowedText}
          act={{ word: words.toSignIn, run: () => location.assign('/sign-in') }}
        />
      );
    case 'signed_out':
      return <MessagePage page="staff-sign-in" clinic={null} title={words.signInTitle} words={words.signInText} />;
    case 'board':
      return Board && <Board name={step.who} helper={step.helper} onSignedOut={() => void open()} />;
  }
}
