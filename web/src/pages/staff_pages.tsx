// /staff#secret is exchanged for a 12 h session by POST; then /case#id shows the case. Who signed in with the
// organisation opens /case#id at once.
// The case page is a chunk of its own: patients never load it.

import { useEffect, useState } from 'preact/hooks';
import type { ComponentType } from 'preact';
import { HttpProblem, openStaffSession, session, signInWays } from '../protocol/http_api';
import type { Account, StaffSession } from '../protocol/http_api';
import { rememberReturn } from '../protocol/sign_in_return';
import { text } from '../text/text';
import { useAccountWatch } from './account_watch';
import { MessagePage, UnreachablePage } from './message_page';

type Step =
  | { name: 'opening' }
  | { name: 'case'; id: string; staff: StaffSession; account?: Account }
  | { name: 'signed_out'; why: 'none' | 'bad_link' | 'signed_out' }
  | { name: 'failed' };

const fragment = () => decodeURIComponent(location.hash.slice(1));

export function StaffPages() {
  const [step, setStep] = useState<Step>({ name: 'opening' });
  const [Case, setCase] = useState<ComponentType<CasePageProps> | null>(null);

  useEffect(() => {
    void open();
    // Another link pasted into this tab is another session.
    const again = () => void open();
    window.addEventListener('hashchange', again);
    return () => window.removeEventListener('hashchange', again);
  }, []);

  async function open() {
    setStep({ name: 'opening' });
    try {
      const { staff: opened, account } = location.pathname.startsWith('/staff') ? { staff: await exchange() } : await whoIsHere();
      if (!opened) return await showSignIn();
      const module = await import('./case');
      setCase(() => module.CasePage);
      setStep({ name: 'case', id: location.pathname.startsWith('/case') && fragment() ? fragment() : opened.case, staff: opened, account });
    } catch (error) {
      if (error instanceof HttpProblem && !error.temporary) {
        setStep({ name: 'signed_out', why: location.pathname.startsWith('/staff') ? 'bad_link' : 'none' });
      } else setStep({ name: 'failed' });
    }
  }

  /** Where the organisation signs its staff in, people come back here from there. */
  async function showSignIn() {
    const ways = await signInWays();
    if (location.pathname.startsWith('/staff') || !(ways.openid || ways.invented)) return setStep({ name: 'signed_out', why: 'none' });
    rememberReturn(location.pathname + location.hash);
    location.replace('/sign-in');
  }

  /** Whose time is over comes back after signing in anew; who went on purpose does not. */
  async function leave(account: Account | undefined) {
    if (!account) return setStep({ name: 'signed_out', why: 'signed_out' });
    const now = await session().catch(() => null);
    if (!now || now.account_ended) return open();
    location.replace('/sign-in?signed-out');
  }

  useAccountWatch(step.name === 'case' ? step.account : undefined, () => void open());

  const words = text.casePage;
  switch (step.name) {
    case 'opening':
      return <MessagePage page="loading" clinic={null} title={text.loading.title} words={words.opening} />;
    case 'failed':
      return <UnreachablePage title={words.failed} />;
    case 'signed_out': {
      const sentence = { none: words.signInText, bad_link: words.failedLink, signed_out: words.signedOut }[step.why];
      return <MessagePage page="staff-sign-in" clinic={null} title={words.signInTitle} words={sentence} />;
    }
    case 'case':
      return Case && <Case id={step.id} staff={step.staff} onSignedOut={() => void leave(step.account)} />;
  }
}

export interface CasePageProps {
  id: string;
  staff: StaffSession;
  onSignedOut: () => void;
}

async function whoIsHere(): Promise<{ staff?: StaffSession; account?: Account }> {
  const { staff, account } = await session();
  const [role] = account?.roles ?? [];
  return account && role && fragment() ? { staff: { name: account.name, role, case: fragment() }, account } : { staff };
}

/** The secret leaves the address bar as soon as it was used. */
async function exchange(): Promise<StaffSession | undefined> {
  const secret = fragment();
  if (!secret) return undefined;
  const opened = await openStaffSession(secret);
  history.replaceState(null, '', `/case#${encodeURIComponent(opened.case)}`);
  return opened;
}
