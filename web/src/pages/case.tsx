// The case record of one patient: the written opinion, the visits, and what was recorded.

import { useEffect, useState } from 'preact/hooks';
import { endSession, HttpProblem, opinionPdfUrl, readCase } from '../protocol/http_api';
import type { CaseVisit, ClinicalCase, Opinion, TimelineEntry } from '../protocol/http_api';
import { Button } from '../components/button/view';
import { Mark } from '../components/icon/view';
import type { PageName } from '../components/page_frame/page_names';
import { LargerText, PageHeading, Skip, useDocument } from '../components/page_frame/view';
import { RecordingPlayer } from '../components/recording_player/view';
import { Tag } from '../components/tag/view';
import { calendarDay, clock, dateAndTime, longDate } from '../text/times';
import { list, roleWord, text, wordFor } from '../text/text';
import { MessagePage } from './message_page';
import type { CasePageProps } from './staff_pages';
import '../style/staff.css';
import './case.css';

const LOOK_AGAIN_MS = 5000;

type Found = { state: 'loading' } | { state: 'missing' } | { state: 'failed' } | { state: 'found'; record: ClinicalCase };

export function CasePage({ id, staff, onSignedOut }: CasePageProps) {
  const [found, setFound] = useState<Found>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const words = text.casePage;
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      const next = await lookAt(id);
      if (!current) return;
      if (next.state === 'signed_out') return onSignedOut();
      // What is on the page stays there when a later look fails.
      setFound((before) => (before.state === 'found' && next.state !== 'found' ? before : next));
      if (next.state === 'failed' || (next.state === 'found' && isUnfinished(next.record))) timer = setTimeout(() => void read(), LOOK_AGAIN_MS);
    };
    setFound({ state: 'loading' });
    void read();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [id, attempt]);

  const retry = { word: text.unreachable.tryNow, run: () => setAttempt(attempt + 1) };
  switch (found.state) {
    case 'loading':
      return <MessagePage page="loading" clinic={null} title={text.loading.title} words={words.opening} />;
    case 'missing':
      return <MessagePage page="case-missing" clinic={null} title={words.missing} words={words.signInText} />;
    case 'failed':
      return <MessagePage page="unreachable" clinic={null} title={words.failed} words={text.unreachable.text} act={retry} />;
    case 'found':
      return <CaseRecord record={found.record} staffName={staff.name} onSignedOut={onSignedOut} />;
  }
}

async function lookAt(id: string): Promise<Found | { state: 'signed_out' }> {
  try {
    return { state: 'found', record: await readCase(id) };
  } catch (error) {
    if (!(error instanceof HttpProblem)) return { state: 'failed' };
    if (error.status === 401) return { state: 'signed_out' };
    return { state: error.temporary ? 'failed' : 'missing' };
  }
}

/** Something of the case is still going on: the page looks again by itself. */
const isUnfinished = (record: ClinicalCase) =>
  record.visits.some(
    (visit) => visit.state === 'open' || visit.recordings.some((one) => !['attached', 'failed', 'empty'].includes(one.state)),
  );

function CaseRecord({ record, staffName, onSignedOut }: { record: ClinicalCase; staffName: string; onSignedOut: () => void }) {
  const words = text.casePage;
  useDocument(words.pageTitle({ name: record.patient.name }), 'staff');
  const signOut = () => void endSession().then(onSignedOut, onSignedOut);
  return (
    <div class="case" data-page={'case' satisfies PageName}>
      <Skip />
      <header class="bar">
        <Mark />
        <div>
          <PageHeading>{record.patient.name}</PageHeading>
          <p class="quiet">
            {words.number({ number: record.number })}, {words.born({ day: calendarDay(record.patient.birth_date, text.locale) })}
          </p>
        </div>
        <div class="grow" />
        <p class="quiet">{staffName}</p>
        <LargerText />
        <Button onClick={signOut}>{words.signOut}</Button>
      </header>
      <main id="main" tabIndex={-1} class="case-main">
        <section class="case-letter" aria-labelledby="opinion-title">
          {record.opinion ? <WholeOpinion opinion={record.opinion} caseId={record.id} /> : <p class="quiet">{text.desk.noLetter}</p>}
        </section>
        <section class="case-visits stack" aria-labelledby="visits-title">
          <h2 id="visits-title">{words.visits}</h2>
          {record.visits.length === 0 && <p class="quiet">{words.noVisits}</p>}
          {[...record.visits]
            .sort((one, other) => Number(new Date(other.starts_at)) - Number(new Date(one.starts_at)))
            .map((visit) => (
              <Visit key={visit.id} visit={visit} />
            ))}
          <section aria-labelledby="team-title" class="card">
            <h3 id="team-title">{words.careTeam}</h3>
            <ul class="team">
              {record.care_team.map((person, index) => (
                <li key={index}>
                  <strong>{person.name}</strong>
                  <span class="quiet">
                    {[roleWord(person.role), person.organisation].filter(Boolean).join(', ')}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        </section>
      </main>
    </div>
  );
}

function WholeOpinion({ opinion, caseId }: { opinion: Opinion; caseId: string }) {
  const { author } = opinion;
  return (
    <>
      <p class="eyebrow">{text.casePage.opinion}</p>
      <h2 id="opinion-title">{opinion.title}</h2>
      <p class="quiet">
        {text.panel.writtenBy({ author: [author.name, author.organisation].filter(Boolean).join(', '), day: longDate(opinion.delivered_at, text.locale) })}
      </p>
      {(opinion.outcome?.length ?? 0) > 0 && (
        <ul class="outcome-list" aria-label={text.panel.outcome}>
          {opinion.outcome?.map((one) => (
            <li key={one.code}>{one.text}</li>
          ))}
        </ul>
      )}
      {opinion.pdf && (
        <p>
          <a class="btn" href={opinionPdfUrl(caseId)} target="_blank" rel="noopener">
            {text.panel.pdf}
          </a>
        </p>
      )}
      <div class="letter whole">
        {opinion.sections.map((section) => (
          <section key={section.id} aria-labelledby={`section-${section.id}`}>
            <h3 id={`section-${section.id}`}>{section.heading}</h3>
            {section.paragraphs.map((paragraph, index) => (
              <p key={index}>{paragraph}</p>
            ))}
          </section>
        ))}
      </div>
    </>
  );
}

function Visit({ visit }: { visit: CaseVisit }) {
  const words = text.casePage;
  const title = `visit-${visit.id}`;
  return (
    <section class="card" aria-labelledby={title} data-visit={visit.id}>
      <div class="row spread">
        <h3 id={title}>{words.visitOn({ when: dateAndTime(visit.starts_at, text.locale) })}</h3>
        <Tag tone={visit.state === 'open' ? 'accent' : undefined}>{wordFor(words.states, visit.state) ?? visit.state}</Tag>
      </div>
      <p class="quiet">{visit.participants.length > 0 && words.withPeople({ names: list(visit.participants.map((one) => one.name)) })}</p>
      {visit.recordings.length === 0 && visit.state === 'ended' && <p>{words.noRecordings}</p>}
      {visit.recordings.map((recording) => (
        <RecordingPlayer key={recording.id} recording={recording} />
      ))}
      <Timeline entries={visit.timeline} />
    </section>
  );
}

/** "Ana Alder came in", but "Recording started (Dr. Mira Rao)". */
function entryWords({ kind, who, text: said }: TimelineEntry): string {
  const phrase = wordFor(text.casePage.events, kind) ?? kind.replaceAll('_', ' ');
  const ofTheVisit = /^(recording_|huddle_|opened|ended|scheduled)/.test(kind);
  const line = !who ? phrase : ofTheVisit ? `${phrase} (${who})` : `${who} ${phrase}`;
  return said ? `${line}: ${said}` : line;
}

function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const words = text.casePage;
  if (entries.length === 0) return null;
  return (
    <details class="timeline">
      <summary>{words.timeline}</summary>
      <ol class="log">
        {entries.map((entry, index) => (
          <li key={index}>
            <time>{clock(entry.at, text.locale)}</time>
            <span>
              {entryWords(entry)}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
