// Staff sign in here, see that they are, and sign out. The organisation's sign-in sends people back with ?problem=...
// when it came to nothing; every problem says what to do.

import { useEffect, useState } from 'preact/hooks';
import { Button, LinkButton } from '../components/button/view';
import { Note } from '../components/note/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import { HttpProblem, session, signInAsInvented, signInWays, signOut, startSignIn } from '../protocol/http_api';
import type { Account, SignInWays } from '../protocol/http_api';
import type { Role } from '../protocol/messages';
import { takeReturn } from '../protocol/sign_in_return';
import { text } from '../text/text';
import { useAccountWatch } from './account_watch';
import { MessagePage } from './message_page';
import { OwnVisits } from './own_visits';
import './sign_in.css';

type Problem = keyof typeof text.signIn.problems;
type Before = { why: 'nothing' | 'ended' | 'signed_out' } | { why: 'problem'; problem: Problem };
type Step =
  | { name: 'loading' }
  | { name: 'unreachable' }
  | { name: 'signed_out'; ways: SignInWays; before: Before }
  | { name: 'signed_in'; ways: SignInWays; account: Account };

const isProblem = (name: string): name is Problem => Object.keys(text.signIn.problems).includes(name);

/** What the address says of how people came here; the address forgets it. */
function readBefore(): Before {
  const query = new URLSearchParams(location.search);
  const problem = query.get('problem');
  if (location.search) history.replaceState(null, '', location.pathname);
  if (problem !== null) return { why: 'problem', problem: isProblem(problem) ? problem : 'failed' };
  return { why: query.has('signed-out') ? 'signed_out' : 'nothing' };
}

export function SignInPages() {
  const [step, setStep] = useState<Step>({ name: 'loading' });
  const [before] = useState(readBefore);

  useEffect(() => void look(before), []);

  async function look(said: Before) {
    try {
      const [ways, { account, account_ended: ended }] = await Promise.all([signInWays(), session()]);
      if (account) arrive(ways, account);
      else setStep({ name: 'signed_out', ways, before: ended && said.why === 'nothing' ? { why: 'ended' } : said });
    } catch {
      setStep({ name: 'unreachable' });
    }
  }

  function arrive(ways: SignInWays, account: Account) {
    const place = takeReturn();
    if (place) location.replace(place);
    else setStep({ name: 'signed_in', ways, account });
  }

  switch (step.name) {
    case 'loading':
      return <MessagePage page="loading" clinic={null} title={text.loading.title} words={text.signIn.loading} />;
    case 'unreachable':
      return (
        <MessagePage
          page="unreachable"
          clinic={null}
          title={text.unreachable.title}
          words={text.unreachable.text}
          act={{ word: text.unreachable.tryNow, run: () => void look(before) }}
        />
      );
    case 'signed_out':
      return <SignIn ways={step.ways} before={step.before} onSignedIn={(account) => arrive(step.ways, account)} />;
    case 'signed_in':
      return (
        <SignedIn
          ways={step.ways}
          account={step.account}
          onOut={(why) => setStep({ name: 'signed_out', ways: step.ways, before: { why } })}
        />
      );
  }
}

const clinicOf = (ways: SignInWays): Clinic => ({ organisation: ways.organisation, supportPhone: ways.support_phone });
const rolesOf = (roles: readonly Role[]) => roles.map((role) => text.signIn.roles[role as keyof typeof text.signIn.roles] ?? role).join(', ');

/** What happened before, in a sentence. */
function What({ before, organisation }: { before: Before; organisation: string }) {
  const words = text.signIn;
  switch (before.why) {
    case 'nothing':
      return null;
    case 'ended':
      return <Note icon="clock">{words.ended}</Note>;
    case 'signed_out':
      return (
        <Note icon="tick" tone="done">
          {words.signedOut}
        </Note>
      );
    case 'problem': {
      const sentence = words.problems[before.problem];
      return (
        <Note icon="warning" tone="attend">
          {typeof sentence === 'string' ? sentence : sentence({ organisation })}
        </Note>
      );
    }
  }
}

interface SignInProps {
  ways: SignInWays;
  before: Before;
  onSignedIn: (account: Account) => void;
}

function SignIn({ ways, before: first, onSignedIn }: SignInProps) {
  const words = text.signIn;
  const [before, setBefore] = useState(first);
  const [busy, setBusy] = useState('');
  useDocument(words.title, 'staff');

  /** One way at a time; what does not work is said. */
  async function go(way: string, act: () => Promise<void>) {
    if (busy) return;
    setBusy(way);
    try {
      await act();
    } catch (error) {
      const code = error instanceof HttpProblem && isProblem(error.code) ? error.code : null;
      setBefore({ why: 'problem', problem: code ?? (error instanceof HttpProblem && error.temporary ? 'unavailable' : 'failed') });
      setBusy('');
    }
  }

  const withOrganisation = () => go('openid', async () => location.assign((await startSignIn()).location));
  const asInvented = (staff: string) => go(staff, async () => onSignedIn(await signInAsInvented(staff)));

  return (
    <PageFrame page="sign-in" clinic={clinicOf(ways)}>
      <PageHeading>{words.title}</PageHeading>
      <p class="lede">{ways.openid || ways.invented ? words.lede({ organisation: ways.organisation }) : words.noWay}</p>
      <div role="status">
        <What before={before} organisation={ways.organisation} />
      </div>
      {ways.openid && (
        <div class="acts">
          <Button kind="go" big wide busy={busy === 'openid'} onClick={() => void withOrganisation()}>
            {words.withOrganisation({ organisation: ways.organisation })}
          </Button>
          <p role="status">{busy === 'openid' && words.going({ organisation: ways.organisation })}</p>
        </div>
      )}
      {ways.invented && (
        <section class="choice" aria-labelledby="invented">
          <h2 id="invented">{words.inventedTitle}</h2>
          <p>{words.inventedText}</p>
          <ul>
            {ways.invented.map(({ staff, name, roles }) => (
              <li key={staff}>
                <Button icon="people" busy={busy === staff} onClick={() => void asInvented(staff)}>
                  <span>
                    {name}
                    <span class="what">{rolesOf(roles)}</span>
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </PageFrame>
  );
}

interface SignedInProps {
  ways: SignInWays;
  account: Account;
  onOut: (why: 'ended' | 'signed_out') => void;
}

function SignedIn({ ways, account, onOut }: SignedInProps) {
  const words = text.signIn;
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  useDocument(words.signedInTitle, 'staff');
  useAccountWatch(account, () => onOut('ended'));

  async function leave() {
    setBusy(true);
    try {
      const { location: next } = await signOut();
      if (next) location.assign(next);
      else onOut('signed_out');
    } catch {
      setFailed(true);
      setBusy(false);
    }
  }

  return (
    <PageFrame page="signed-in" clinic={clinicOf(ways)}>
      <PageHeading>{words.signedInTitle}</PageHeading>
      <p class="lede">{words.signedInAs({ name: account.name })}</p>
      <dl class="account-facts">
        <div>
          <dt>{words.yourRoles}</dt>
          <dd>{rolesOf(account.roles)}</dd>
        </div>
        {account.roles.some((role) => role === 'coordinator' || role === 'technical_helper') && (
          <div>
            <dt>{words.programme}</dt>
            <dd>{account.programme ?? words.allProgrammes}</dd>
          </div>
        )}
      </dl>
      <OwnVisits onSignedOut={() => onOut('ended')} />
      <Note icon="clock">{words.idle({ minutes: ways.idle_minutes })}</Note>
      <div role="status">
        {failed && (
          <Note icon="warning" tone="attend">
            {text.unreachable.text}
          </Note>
        )}
      </div>
      <div class="acts">
        {account.roles.some((role) => role === 'coordinator' || role === 'technical_helper') && (
          <LinkButton big wide icon="people" href="/board">
            {text.board.toBoard}
          </LinkButton>
        )}
        <LinkButton big wide icon="tablet" href="/practice">
          {text.practice.toPractice}
        </LinkButton>
        <Button big wide icon="leave" busy={busy} onClick={() => void leave()}>
          {words.signOut}
        </Button>
      </div>
    </PageFrame>
  );
}
