// The practice room: what it is, in plain words; then one's own seat, and the links of the others.

import { useEffect, useRef, useState } from 'preact/hooks';
import { Button, LinkButton } from '../components/button/view';
import { Icon } from '../components/icon/view';
import { LinkToGive } from '../components/link_to_give/view';
import { Note } from '../components/note/view';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import { Tag } from '../components/tag/view';
import { HttpProblem } from '../protocol/http_api';
import { beginPractice, endPractice, readPractice, renewPracticeLinks } from '../protocol/practice_api';
import type { Practice, PracticeBegun, PracticeLink } from '../protocol/practice_api';
import { clock, longDate } from '../text/times';
import { roleWord, text } from '../text/text';
import '../components/field/style.css';
import './practice.css';

const LOOK_EVERY_MS = 4000;

interface PracticePageProps {
  clinic: Clinic;
  running: Practice | null;
  onSignedOut: () => void;
}

type Said = 'over' | 'failed' | 'tooSoon' | 'tooMany';

function saidOf(error: unknown): Said {
  const code = error instanceof HttpProblem ? error.code : '';
  return code === 'too_soon' ? 'tooSoon' : code === 'too_many' ? 'tooMany' : 'failed';
}

export function PracticePage({ clinic, running: found, onSignedOut }: PracticePageProps) {
  const words = text.practice;
  const [running, setRunning] = useState(found);
  const [links, setLinks] = useState<PracticeLink[]>([]);
  const [busy, setBusy] = useState('');
  const [said, setSaid] = useState<Said | null>(null);
  useDocument(words.title, 'staff');
  useLooking(running?.visit ?? null, (now) => {
    setRunning(now);
    if (!now) stop();
  });

  function stop() {
    setRunning(null);
    setLinks([]);
    setSaid('over');
  }

  /** One thing at a time; what does not work is said. */
  async function act(name: string, run: () => Promise<void>) {
    if (busy) return;
    setBusy(name);
    setSaid(null);
    try {
      await run();
    } catch (error) {
      if (error instanceof HttpProblem && error.status === 401) return onSignedOut();
      if (error instanceof HttpProblem && error.status === 404) stop();
      else setSaid(saidOf(error));
    } finally {
      setBusy('');
    }
  }

  const show = ({ practice, links: made }: PracticeBegun) => {
    setRunning(practice);
    setLinks(made);
  };
  const begin = () =>
    act('begin', async () => {
      const already = await readPractice(); // begun in another window
      show(already ? await renewPracticeLinks() : await beginPractice(text.code));
    });
  const renew = () => act('renew', async () => show(await renewPracticeLinks()));
  const end = () => act('end', async () => endPractice().then(stop));

  return (
    <PageFrame page="practice" clinic={clinic} wide>
      <PageHeading>{running ? words.runsTitle : words.title}</PageHeading>
      <div role="status">{said && <Note icon={said === 'over' ? 'tick' : 'warning'} tone={said === 'over' ? 'done' : 'attend'}>{words[said]}</Note>}</div>
      {running ? (
        <Running practice={running} links={links} busy={busy} onRenew={() => void renew()} onEnd={() => void end()} />
      ) : (
        <About busy={busy === 'begin'} onBegin={() => void begin()} />
      )}
    </PageFrame>
  );
}

/** Who is there, and whether it still runs, while somebody looks at the page. */
function useLooking(visit: string | null, onSeen: (practice: Practice | null) => void): void {
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    if (!visit) return undefined;
    let gone = false;
    const timer = setInterval(() => {
      if (document.visibilityState === 'hidden') return;
      readPractice().then(
        (now) => gone || seen.current(now?.visit === visit ? now : null),
        () => undefined, // the next look says more
      );
    }, LOOK_EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [visit]);
}

function About({ busy, onBegin }: { busy: boolean; onBegin: () => void }) {
  const words = text.practice;
  return (
    <>
      <p class="lede">{words.lede}</p>
      <ul class="practice-points">
        {words.points.map((point) => (
          <li key={point}>
            <Icon name="tick" />
            <span>{point}</span>
          </li>
        ))}
      </ul>
      <div class="acts">
        <Button kind="go" big wide busy={busy} onClick={onBegin}>
          {words.begin}
        </Button>
      </div>
    </>
  );
}

interface RunningProps {
  practice: Practice;
  /** Empty: they were shown before, and are nowhere any more. */
  links: PracticeLink[];
  busy: string;
  onRenew: () => void;
  onEnd: () => void;
}

function Running({ practice, links, busy, onRenew, onEnd }: RunningProps) {
  const words = text.practice;
  const own = practice.people.find((one) => one.you);
  const linkOf = (participant: string | undefined) => links.find((one) => one.participant === participant);
  const seat = linkOf(own?.participant);
  // Somebody invited from inside has a link of their own.
  const played = practice.people.filter((one) => !one.you && (links.length === 0 || linkOf(one.participant)));
  return (
    <>
      <p class="lede">{words.runsUntil({ clock: clock(practice.ends_at, text.locale) })}</p>
      <Note icon="info">{words.nothingKept}</Note>
      {seat ? (
        <div class="acts">
          <LinkButton kind="go" big wide icon="camera" href={seat.url} aside>
            {words.takeSeat}
          </LinkButton>
          <p class="quiet">{words.takeSeatText}</p>
        </div>
      ) : (
        <div class="acts">
          <p>{words.once}</p>
          <Button kind="go" big wide busy={busy === 'renew'} onClick={onRenew}>
            {words.newLinks}
          </Button>
        </div>
      )}
      <section class="practice-others" aria-labelledby="practice-others">
        <h2 id="practice-others">{words.others}</h2>
        <p>{words.othersText}</p>
        <p>{words.birthDate({ date: longDate(practice.birth_date, text.locale, 'UTC') })}</p>
        <ul class="practice-people">
          {played.map((one) => {
            const link = linkOf(one.participant);
            return (
              <li key={one.participant} class="practice-person" data-role={one.role}>
                <div class="row spread">
                  <h3>{one.name}</h3>
                  <Tag tone={one.here ? 'done' : undefined}>{one.here ? words.here : words.notHere}</Tag>
                </div>
                <p>{roleWord(one.role)}</p>
                {link && <LinkToGive id={`link-${one.role}`} url={link.url} name={one.name} />}
              </li>
            );
          })}
        </ul>
      </section>
      <div class="row">
        {seat && (
          <Button busy={busy === 'renew'} onClick={onRenew}>
            {words.newLinks}
          </Button>
        )}
        <Button kind="end" busy={busy === 'end'} onClick={onEnd}>
          {words.end}
        </Button>
      </div>
    </>
  );
}
