// Today's visits of whoever signed in: when, with whom, and in by one press.

import { useCallback, useEffect, useState } from 'preact/hooks';
import { Button, LinkButton } from '../components/button/view';
import { Tag } from '../components/tag/view';
import { HttpProblem } from '../protocol/http_api';
import { enterHref, ownVisits } from '../protocol/staff_api';
import type { OwnVisit } from '../protocol/staff_api';
import { clock } from '../text/times';
import { text, wordFor } from '../text/text';
import './own_visits.css';

type Found = { state: 'loading' | 'failed' } | { state: 'found'; visits: OwnVisit[] };

/** Midnight to midnight, where this browser is. */
export function dayAround(now: number): { from: number; until: number } {
  const from = new Date(now);
  from.setHours(0, 0, 0, 0);
  const until = new Date(from);
  until.setDate(until.getDate() + 1);
  return { from: from.getTime(), until: until.getTime() };
}

/** Asking counts as use, so it is done when the page is looked at, and not by itself. */
export function OwnVisits({ onSignedOut }: { onSignedOut: () => void }) {
  const [found, setFound] = useState<Found>({ state: 'loading' });
  const look = useCallback(async () => {
    try {
      const { from, until } = dayAround(Date.now());
      setFound({ state: 'found', visits: await ownVisits(from, until) });
    } catch (error) {
      if (error instanceof HttpProblem && error.status === 401) return onSignedOut();
      setFound((before) => (before.state === 'found' ? before : { state: 'failed' }));
    }
  }, []);
  useEffect(() => {
    void look();
    const again = () => document.visibilityState === 'visible' && void look();
    document.addEventListener('visibilitychange', again);
    return () => document.removeEventListener('visibilitychange', again);
  }, []);
  const words = text.signIn.visits;
  return (
    <section class="own-visits" aria-labelledby="own-visits" data-visits={found.state}>
      <h2 id="own-visits">{words.title}</h2>
      <p role="status">{found.state === 'found' ? found.visits.length === 0 && words.none : words[found.state]}</p>
      {found.state === 'failed' && <Button onClick={() => void look()}>{text.unreachable.tryNow}</Button>}
      {found.state === 'found' && found.visits.length > 0 && (
        <ol>
          {found.visits.map((visit) => (
            <Visit key={visit.id} visit={visit} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Visit({ visit }: { visit: OwnVisit }) {
  const words = text.signIn.visits;
  const time = clock(visit.expected_at ?? visit.starts_at, text.locale);
  const who = visit.patient ?? visit.title;
  return (
    <li data-visit={visit.id} class="card">
      <p class="when nums">
        <strong>{time}</strong>
        {visit.state !== 'scheduled' && <Tag tone={visit.state === 'open' ? 'accent' : undefined}>{words.states[visit.state]}</Tag>}
        {visit.expected_at !== null && visit.state === 'scheduled' && <Tag tone="attend">{words.late({ time: clock(visit.starts_at, text.locale) })}</Tag>}
      </p>
      <p class="who">
        <strong>{who}</strong>
        <span class="quiet">{wordFor(text.signIn.roles, visit.you.role) ?? visit.you.role}</span>
      </p>
      <div class="row">
        {visit.state !== 'ended' && (
          <LinkButton kind="go" icon="camera" href={enterHref(visit.id)} label={words.joinWhom({ name: who, time })}>
            {words.join}
          </LinkButton>
        )}
        {visit.case !== null && (
          <LinkButton icon="paper" href={`/case#${encodeURIComponent(visit.case)}`} label={words.caseOf({ name: who })}>
            {words.case}
          </LinkButton>
        )}
      </div>
    </li>
  );
}
