// One visit beside the board: what it needs, whom to call, a new link, its alerts, what happened.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { canBeHelped, isHere, leadSeat, mainSeat } from '../call/board_needs';
import type { BoardRow } from '../call/board_needs';
import { Button, LinkButton } from '../components/button/view';
import { Icon } from '../components/icon/view';
import { telephoneHref } from '../components/page_frame/telephone';
import { Tag } from '../components/tag/view';
import type { BoardAlert, BoardCheck, BoardDay, BoardSeat, BoardVisit, SeatStep } from '../protocol/board';
import { makeLink, stepAlert } from '../protocol/http_api';
import { enterHref, ownVisits } from '../protocol/staff_api';
import { clock } from '../text/times';
import { roleWord, text, wordFor } from '../text/text';
import { Licences } from './board_licences';
import { SendLink } from './board_letter';
import { UnlockLink } from './board_unlock';
import { alertLine, helpHref, moment, nameOf, needIcon, needWords, placeWord, problemWords, stepWords } from './board_words';

interface BoardDetailProps {
  row: BoardRow;
  /** Sees how people come in, and helps; changes nothing. */
  helper: boolean;
  day: BoardDay;
  now: number;
  onMove: () => void;
  onClose: () => void;
}

export function BoardDetail({ row, helper, day, now, onMove, onClose }: BoardDetailProps) {
  const { visit } = row;
  const words = text.board;
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [visit.id]);
  const seat = mainSeat(visit);
  const lead = leadSeat(visit);
  const time = clock(visit.starts_at, text.locale, day.zone);
  return (
    <aside class="board-detail" aria-label={words.detail({ name: nameOf(visit) })} data-detail={visit.id}>
      <header>
        <div>
          <h2 ref={heading} tabIndex={-1}>
            {seat && seat.age !== null ? words.person({ name: seat.name, age: String(seat.age) }) : nameOf(visit)}
          </h2>
          <p class="quiet">
            {[seat?.state_now && placeWord(seat.state_now), lead ? words.withAt({ time, doctor: lead.name }) : time].filter(Boolean).join('. ')}
          </p>
          <p class="quiet">
            {[visit.number, wordFor(words.shapes, visit.shape)].filter(Boolean).join('. ')}
          </p>
        </div>
        <Button kind="plain" label={words.close} onClick={onClose}>
          <span aria-hidden="true">×</span>
        </Button>
      </header>
      {row.needs.length > 0 && (
        <ul class="detail-needs">
          {row.needs.map((need, index) => (
            <li key={index} class={need.urgency}>
              <Icon name={needIcon[need.kind]} />
              <span>{needWords(need, visit, now)}</span>
            </li>
          ))}
        </ul>
      )}
      <Alerts visit={visit} day={day} />
      {visit.state === 'scheduled' && !helper && (
        <div class="row">
          <Button icon="clock" onClick={onMove}>
            {words.move.open}
          </Button>
        </div>
      )}
      {visit.state !== 'ended' && <JoinVisit visit={visit} />}
      <section aria-labelledby="board-people">
        <h3 id="board-people">{words.people}</h3>
        <ul class="detail-people">
          {visit.seats.map((one) => (
            <Person key={one.id} visit={visit} seat={one} helper={helper} day={day} />
          ))}
        </ul>
      </section>
      <Happened visit={visit} day={day} />
      {!helper && (
        <p>
          <a href={`/case#${encodeURIComponent(visit.case)}`}>{words.openCase}</a>
        </p>
      )}
    </aside>
  );
}

/** For a coordinator who has a seat in it. */
function JoinVisit({ visit }: { visit: BoardVisit }) {
  const [own, setOwn] = useState(false);
  useEffect(() => {
    let current = true;
    ownVisits(visit.starts_at, visit.starts_at + 1).then(
      (visits) => current && setOwn(visits.some(({ id }) => id === visit.id)),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [visit.id, visit.starts_at]);
  if (!own) return null;
  return (
    <div class="row">
      <LinkButton kind="go" icon="camera" href={enterHref(visit.id)} aside>
        {text.board.joinVisit}
      </LinkButton>
    </div>
  );
}

// ---- alerts ----

function Alerts({ visit, day }: { visit: BoardVisit; day: BoardDay }) {
  if (visit.alerts.length === 0) return null;
  return (
    <section aria-labelledby="board-alerts">
      <h3 id="board-alerts">{text.board.alerts}</h3>
      <ul class="detail-alerts">
        {visit.alerts.map((alert) => (
          <Alert key={alert.id} alert={alert} visit={visit} day={day} />
        ))}
      </ul>
    </section>
  );
}

function Alert({ alert, visit, day }: { alert: BoardAlert; visit: BoardVisit; day: BoardDay }) {
  const words = text.board;
  const [state, setState] = useState<'idle' | 'busy' | 'done' | 'failed'>('idle');
  const who = visit.seats.find(({ id }) => id === alert.participant);
  const take = () => {
    setState('busy');
    stepAlert(alert.id, 'acknowledge').then(
      () => setState('done'),
      () => setState('failed'),
    );
  };
  const open = alert.acknowledged_at === null && state !== 'done';
  return (
    <li>
      <p>
        <strong>{alertLine(alert, day)}</strong>{' '}
        <span class="quiet">{who?.name}</span>
      </p>
      {state !== 'done' && <p class="quiet">{alert.owner === null ? words.alertNobody : words.alertOwner({ owner: alert.owner })}</p>}
      {open && (
        <Button icon="tick" busy={state === 'busy'} onClick={take}>
          {words.acknowledge}
        </Button>
      )}
      <p role="status" class={state === 'failed' ? 'bad' : 'quiet'}>
        {state === 'done' ? words.acknowledged : state === 'failed' ? words.alertFailed : ''}
      </p>
    </li>
  );
}

// ---- people ----

function Person({ visit, seat, helper, day }: { visit: BoardVisit; seat: BoardSeat; helper: boolean; day: BoardDay }) {
  const words = text.board;
  const [asking, setAsking] = useState(false);
  const [licences, setLicences] = useState(false);
  const step = stepWords(seat);
  const problems = seat.problems.length > 0 ? ` (${problemWords(seat.problems)})` : '';
  const mayHaveLink = visit.state !== 'ended' && !helper;
  return (
    <li data-seat={seat.id}>
      <p>
        <strong>{seat.name}</strong> <span class="quiet">{seat.relation || roleWord(seat.role)}</span>
      </p>
      <p>
        {seat.since === null ? step : words.stepSince({ step: step + problems, time: moment(seat.since, day) })}
      </p>
      <Line seat={seat} />
      {mayHaveLink && <UnlockLink visit={visit} seat={seat} />}
      {seat.check && <Check check={seat.check} day={day} />}
      {visit.help?.participant === seat.id && <Helping visit={visit} day={day} />}
      <div class="row">
        {canBeHelped(visit, seat) && (
          <LinkButton icon="people" href={helpHref(visit, seat)} label={words.helpWhom({ name: seat.name })} aside>
            {words.help}
          </LinkButton>
        )}
        {seat.phone && (
          <LinkButton icon="phone" href={telephoneHref(seat.phone)}>
            {words.call({ phone: seat.phone })}
          </LinkButton>
        )}
        {mayHaveLink && <SendLink visit={visit} seat={seat} day={day} />}
        {mayHaveLink && !asking && (
          <Button icon="again" label={`${words.newLink}: ${seat.name}`} onClick={() => setAsking(true)}>
            {words.newLink}
          </Button>
        )}
        {seat.staff && !licences && (
          <Button icon="paper" label={words.licenceBook.of({ name: seat.name })} onClick={() => setLicences(true)}>
            {words.licenceBook.open}
          </Button>
        )}
      </div>
      {seat.staff && licences && <Licences visit={visit} seat={seat} staff={seat.staff} onDone={() => setLicences(false)} />}
      {asking && <NewLink visit={visit} seat={seat} onDone={() => setAsking(false)} />}
    </li>
  );
}

function Helping({ visit, day }: { visit: BoardVisit; day: BoardDay }) {
  const { help } = visit;
  if (!help) return null;
  const words = help.state === 'open' ? text.board.helping : text.board.helpOffered;
  return (
    <p class="row tight" data-help={help.state}>
      <Tag tone="accent">{words({ helper: help.name, time: moment(help.since, day) })}</Tag>
    </p>
  );
}

/** What is known of somebody's way in; also beside them while they are helped. */
export function SeatFacts({ seat, day }: { seat: BoardSeat; day: BoardDay }) {
  return (
    <>
      <Line seat={seat} />
      {seat.check && <Check check={seat.check} day={day} />}
    </>
  );
}

function Check({ check, day }: { check: BoardCheck; day: BoardDay }) {
  const words = text.board;
  const bad = Object.entries(check.items).filter(([, verdict]) => verdict === 'problem' || verdict === 'fair').map(([item]) => item);
  const rate = check.down_kbps === null ? '' : words.checkRate({ down: mbps(check.down_kbps), up: mbps(check.up_kbps ?? 0), lost: percent(check.loss_permille ?? 0) });
  return (
    <p class="quiet">
      {words.checkLine({ time: moment(check.at, day), device: wordFor(words.devices, check.device) ?? check.device, what: bad.length > 0 ? problemWords(bad) : words.checkGood })}
      {rate && <span class="check-rate">{rate}</span>}
    </p>
  );
}

const mbps = (kbps: number) => new Intl.NumberFormat(text.locale, { maximumFractionDigits: 1 }).format(kbps / 1000);
const percent = (permille: number) => new Intl.NumberFormat(text.locale, { maximumFractionDigits: 1 }).format(permille / 10);

/** Licence and connection, where something is known of them. */
function Line({ seat }: { seat: BoardSeat }) {
  const words = text.board;
  const verdict = seat.licence && wordFor(words.licences, seat.licence.outcome);
  const tone = seat.licence?.outcome === 'good' ? 'done' : 'attend';
  const { connection } = seat;
  const here = isHere(seat);
  if (!verdict && !(connection && here)) return null;
  return (
    <p class="row tight">
      {verdict && <Tag tone={tone}>{verdict}</Tag>}
      {connection && here && (
        <Tag tone={connection.away || connection.score <= 2 ? 'attend' : undefined}>
          {words.connection}: {connection.away ? words.cell.lost : `${connection.score}/5`}
        </Tag>
      )}
    </p>
  );
}

type LinkState = { name: 'asking' } | { name: 'busy' } | { name: 'failed' } | { name: 'made'; url: string; copied: boolean };

/** A new link ends the old one, so it is asked for twice; it is shown once and kept nowhere. */
function NewLink({ visit, seat, onDone }: { visit: BoardVisit; seat: BoardSeat; onDone: () => void }) {
  const words = text.board;
  const [state, setState] = useState<LinkState>({ name: 'asking' });
  const field = useRef<HTMLInputElement>(null);
  const make = async () => {
    setState({ name: 'busy' });
    try {
      setState({ name: 'made', url: await makeLink(visit.id, seat.id), copied: false });
    } catch {
      setState({ name: 'failed' });
    }
  };
  const copy = async (url: string) => {
    field.current?.select();
    await navigator.clipboard?.writeText(url).catch(() => document.execCommand('copy'));
    setState({ name: 'made', url, copied: true });
  };
  if (state.name === 'made') {
    const id = `new-link-${seat.id}`;
    return (
      <div class="new-link stack tight" role="group" aria-labelledby={`${id}-words`}>
        <label id={`${id}-words`} for={id}>
          {words.linkMade({ name: seat.name })}
        </label>
        <input id={id} ref={field} class="input" readOnly value={state.url} onFocus={(event) => event.currentTarget.select()} />
        <div class="row">
          <Button kind="go" icon={state.copied ? 'tick' : 'paper'} onClick={() => void copy(state.url)}>
            {state.copied ? words.copied : words.copy}
          </Button>
          <Button onClick={onDone}>{words.close}</Button>
        </div>
        <p class="vh" role="status">
          {state.copied ? words.copied : ''}
        </p>
      </div>
    );
  }
  return (
    <div class="new-link stack tight" role="group" aria-label={words.newLink}>
      <p>{words.newLinkAsk({ name: seat.name })}</p>
      <div class="row">
        <Button kind="go" busy={state.name === 'busy'} onClick={() => void make()}>
          {words.makeLink}
        </Button>
        <Button onClick={onDone}>{words.cancel}</Button>
      </div>
      <p role="status" class="bad">
        {state.name === 'failed' ? words.linkFailed : ''}
      </p>
    </div>
  );
}

// ---- what happened ----

function entriesOf(visit: BoardVisit): { at: number; words: string }[] {
  const words = text.board;
  const entries: { at: number; words: string }[] = [];
  for (const seat of visit.seats) {
    if (seat.link_at) entries.push({ at: seat.link_at, words: words.entry({ name: seat.name, step: words.linkSent.toLocaleLowerCase(text.locale) }) });
    for (const [step, at] of Object.entries(seat.reached) as [SeatStep, number][]) {
      entries.push({ at, words: words.entry({ name: seat.name, step: wordFor(words.steps, step) ?? step }) });
    }
  }
  return entries.sort((one, other) => other.at - one.at).slice(0, 20);
}

function Happened({ visit, day }: { visit: BoardVisit; day: BoardDay }) {
  const entries = entriesOf(visit);
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="board-happened">
      <h3 id="board-happened">{text.board.happened}</h3>
      <ol class="detail-log">
        {entries.map((entry, index) => (
          <li key={index}>
            <time class="nums">{moment(entry.at, day)}</time>
            <span>{entry.words}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
