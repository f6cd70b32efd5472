// The coordinator's board: the visits of a day, live, those that need a hand first.

import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { countsOf, matches, rowsOf } from '../call/board_needs';
import type { BoardRow, Counts } from '../call/board_needs';
import { Button } from '../components/button/view';
import { Mark } from '../components/icon/view';
import type { PageName } from '../components/page_frame/page_names';
import { LanguageChoice, LargerText, Skip, useDocument } from '../components/page_frame/view';
import { BoardConnection } from '../protocol/board_connection';
import { boardTicket, endSession } from '../protocol/http_api';
import { socketUrl } from '../protocol/socket_url';
import { clock } from '../text/times';
import { text } from '../text/text';
import { BoardDetail } from './board_detail';
import { MoveVisit } from './board_move';
import { BoardRows } from './board_rows';
import type { BoardPageProps } from './board_pages';
import { dayWords, nameOf, needWords } from './board_words';
import '../components/field/style.css';
import '../style/staff.css';
import './board.css';

const MINUTE_MS = 60_000;
/** Using the page is activity; looking at it is not. */
const STAY_EVERY_MS = 60_000;

const filters = ['all', 'needs', 'waiting', 'in_visit', 'later', 'over'] as const;
type Filter = (typeof filters)[number];

const passes: Record<Filter, (row: BoardRow) => boolean> = {
  all: () => true,
  needs: ({ group }) => group === 'needs',
  waiting: ({ visit }) => visit.seats.some(({ step }) => step === 'waiting' || step === 'sent_back'),
  in_visit: ({ visit }) => visit.state === 'open',
  later: ({ group }) => group === 'soon' || group === 'later',
  over: ({ visit }) => visit.state === 'ended',
};

/** `dialog`: a closed one says so later, when another may be open already. */
interface Moving {
  visit: BoardRow['visit'];
  dialog: number;
}

const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export function BoardPage({ name, helper, onSignedOut }: BoardPageProps) {
  const { board, version } = useBoard(onSignedOut);
  const now = useMinute();
  const [filter, setFilter] = useState<Filter>('all');
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const [keysShown, setKeysShown] = useState(false);
  /** Kept here: a visit that is moved to another day goes from the list while its dialog is open. */
  const [moving, setMoving] = useState<Moving | null>(null);
  const dialogs = useRef(0);
  const find = useRef<HTMLInputElement>(null);

  const rows = useMemo(() => rowsOf(board.visits.values(), now), [version, now]);
  const shown = useMemo(() => rows.filter((row) => passes[filter](row) && matches(row.visit, search)), [rows, filter, search]);
  const opened = rows.find(({ visit }) => visit.id === open) ?? null;
  const said = useNews(rows, now, board.state === 'live');
  const day = board.day;
  const title = day ? dayWords(day.day) : text.board.today;
  useDocument(text.board.pageTitle({ day: title }), 'staff');
  useStay();

  const close = useCallback(() => {
    setOpen(null);
    if (open) document.querySelector<HTMLElement>(`[data-visit="${CSS.escape(open)}"] button`)?.focus();
  }, [open]);
  const closeMove = useCallback((dialog: number) => {
    setMoving((now) => (now?.dialog === dialog ? null : now));
    requestAnimationFrame(() => document.activeElement === document.body && document.getElementById('main')?.focus());
  }, []);
  useKeys({ find, close: open ? close : null, showKeys: () => setKeysShown((is) => !is) });
  const openVisit = useCallback((visit: string) => setOpen((before) => (before === visit ? null : visit)), []);

  return (
    <div class="board" data-page={'board' satisfies PageName} data-state={board.state}>
      <Skip />
      <header class="bar">
        <Mark />
        <h1>
          {title} <span class="quiet nums time">{clock(now, text.locale, day?.zone)}</span>
        </h1>
        <DayChoice day={day?.day ?? null} onDay={(next) => board.watch(next)} />
        <div class="grow" />
        <div class="find">
          <label class="vh" for="board-find">
            {text.board.find}
          </label>
          <input
            id="board-find"
            ref={find}
            class="input"
            type="search"
            autocomplete="off"
            placeholder={text.board.findHint}
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
        <a href="/practice">{text.practice.toPractice}</a>
        <p class="quiet who">{name}</p>
        <LanguageChoice />
        <LargerText />
        <Button onClick={() => void endSession().then(onSignedOut, onSignedOut)}>{text.board.signOut}</Button>
      </header>
      <Counters counts={countsOf(rows, now)} helper={helper} />
      <section class="board-tools" aria-label={text.board.filters}>
        <Filters filter={filter} onFilter={setFilter} />
        <ConnectionLine board={board} />
        <Button kind="plain" label={text.board.keysTitle} onClick={() => setKeysShown((is) => !is)}>
          <kbd>?</kbd> {text.board.keys}
        </Button>
      </section>
      {keysShown && <Keys />}
      <main id="main" tabIndex={-1} class={opened ? 'board-main split' : 'board-main'}>
        <div class="board-list">
          {day && shown.length > 0 ? (
            <BoardRows rows={shown} helper={helper} day={day} now={now} open={open} onOpen={openVisit} />
          ) : (
            board.state !== 'connecting' && <Nothing all={rows.length} onAll={() => (setFilter('all'), setSearch(''))} />
          )}
        </div>
        {opened && day && <BoardDetail key={opened.visit.id} row={opened} helper={helper} day={day} now={now} onMove={() => setMoving({ visit: opened.visit, dialog: ++dialogs.current })} onClose={close} />}
      </main>
      {moving && day && <MoveVisit key={moving.dialog} visit={moving.visit} day={day} onClose={() => closeMove(moving.dialog)} />}
      <p class="vh" role="status" aria-live="polite" data-said>
        {said}
      </p>
    </div>
  );
}

// ---- what it lives on ----

function useBoard(onSignedOut: () => void): { board: BoardConnection; version: number } {
  const [version, setVersion] = useState(0);
  const board = useMemo(
    () =>
      new BoardConnection({
        url: socketUrl('/board/live'),
        ticket: boardTicket,
        zone: browserZone(),
        onChange: () => setVersion((before) => before + 1),
      }),
    [],
  );
  useEffect(() => {
    board.start();
    const wake = () => document.visibilityState === 'visible' && board.wake();
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    return () => {
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
      board.stop();
    };
  }, []);
  useEffect(() => {
    if (board.state === 'signed_out') onSignedOut();
  }, [board.state]);
  return { board, version };
}

/** The time, anew with each minute of the clock. */
function useMinute(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), MINUTE_MS - (Date.now() % MINUTE_MS) + 50);
    return () => clearTimeout(timer);
  }, [now]);
  return now;
}

/** Who newly needs somebody, in one sentence; nothing of what was there when the page opened. */
function useNews(rows: readonly BoardRow[], now: number, live: boolean): string {
  const known = useRef<Set<string> | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (!live) return;
    const keys = new Map(rows.flatMap((row) => row.needs.slice(0, 1).map((need) => [`${row.visit.id} ${need.kind}`, { row, need }] as const)));
    const before = known.current;
    known.current = new Set(keys.keys());
    if (!before) return;
    const fresh = [...keys].filter(([key]) => !before.has(key)).map(([, { row, need }]) => text.board.announce({ name: nameOf(row.visit), need: needWords(need, row.visit, now) }));
    if (fresh.length > 0) setSaid(fresh.slice(0, 3).join('. '));
  }, [rows, live]);
  return said;
}

/** A session idles out when nothing is done; what is done here counts once a minute. */
function useStay(): void {
  useEffect(() => {
    let last = Date.now();
    const used = () => {
      if (Date.now() - last < STAY_EVERY_MS) return;
      last = Date.now();
      void boardTicket().catch(() => undefined);
    };
    for (const event of ['pointerdown', 'keydown']) window.addEventListener(event, used);
    return () => {
      for (const event of ['pointerdown', 'keydown']) window.removeEventListener(event, used);
    };
  }, []);
}

// ---- keys ----

interface KeysConfig {
  find: { current: HTMLInputElement | null };
  close: (() => void) | null;
  showKeys: () => void;
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.matches('input, select, textarea') || target.isContentEditable);

const rowButtons = () => [...document.querySelectorAll<HTMLButtonElement>('.board-table .open-visit')];

/** Moves the focus to the row `by` rows away; from elsewhere to the first. */
function move(by: number, of: (button: HTMLButtonElement) => boolean = () => true): void {
  const buttons = rowButtons();
  const at = buttons.findIndex((button) => button === document.activeElement);
  const rest = by > 0 ? buttons.slice(at + 1) : buttons.slice(0, Math.max(at, 0)).reverse();
  const next = rest.find(of);
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function useKeys(config: KeysConfig): void {
  // What runs after a drawing runs a while after it: a key pressed meanwhile means what is on the screen.
  const shown = useRef(config);
  shown.current = config;
  useEffect(() => {
    const needy = (button: HTMLButtonElement) => button.closest('tbody')?.dataset.group === 'needs';
    const acts: Record<string, () => void> = {
      j: () => move(1),
      ArrowDown: () => move(1),
      k: () => move(-1),
      ArrowUp: () => move(-1),
      n: () => move(1, needy),
      '/': () => shown.current.find.current?.focus(),
      '?': () => shown.current.showKeys(),
    };
    const onKey = (event: KeyboardEvent) => {
      const { close, find } = shown.current;
      if (event.target instanceof Element && event.target.closest('dialog')) return;
      if (event.key === 'Escape' && close && !isTyping(event.target)) return close();
      if (event.key === 'Escape' && event.target === find.current) return find.current?.blur();
      // In a field letters are letters; on a button the arrows still move.
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const inDetail = event.target instanceof Element && event.target.closest('.board-detail');
      if (inDetail && event.key.startsWith('Arrow')) return;
      const act = acts[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function Keys() {
  const words = text.board.key;
  const rows: [string[], string][] = [
    [['↓', 'J'], words.next],
    [['↑', 'K'], words.previous],
    [['N'], words.needy],
    [['Enter'], words.open],
    [['Esc'], words.close],
    [['/'], words.find],
    [['?'], words.help],
  ];
  return (
    <section class="board-keys" aria-label={text.board.keysTitle}>
      <dl>
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

// ---- the parts above the list ----

const dayBeside = (day: string, by: number) => new Date(Date.parse(`${day}T12:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);

function DayChoice({ day, onDay }: { day: string | null; onDay: (day: string) => void }) {
  const words = text.board;
  return (
    <nav class="day-choice row" aria-label={words.dayNav}>
      <Button kind="plain" icon="back" label={words.previousDay} disabled={!day} onClick={() => day && onDay(dayBeside(day, -1))}>
        {''}
      </Button>
      <Button kind="plain" onClick={() => onDay('')}>
        {words.today}
      </Button>
      <Button kind="plain" icon="next" label={words.nextDay} disabled={!day} onClick={() => day && onDay(dayBeside(day, 1))}>
        {''}
      </Button>
    </nav>
  );
}

function Counters({ counts, helper }: { counts: Counts; helper: boolean }) {
  const words = text.board.counts;
  const all: [number, string, string][] = [
    [counts.visits, words.visits({ count: counts.visits }), ''],
    [counts.needs, words.needs({ count: counts.needs }), counts.needs > 0 ? 'look' : ''],
    [counts.unowned, words.unowned({ count: counts.unowned }), counts.unowned > 0 ? 'bad' : ''],
    [counts.waiting, words.waiting({ count: counts.waiting, minutes: String(counts.longest) }), ''],
    [counts.inVisit, words.inVisit, ''],
    [counts.later, words.later, ''],
    [counts.over, words.over, ''],
  ];
  const shown = helper ? all.filter((_, index) => index !== 2) : all; // of alerts a helper knows nothing
  return (
    <section class="counters" aria-label={text.board.summary}>
      <ul class="list nums">
        {shown.map(([count, what, tone], index) => (
          <li key={index} class={tone || undefined}>
            <span class="big-number">{count}</span> {what}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Filters({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const words = text.board;
  const names: Record<Filter, string> = {
    all: words.filterAll,
    needs: words.filterNeeds,
    waiting: words.filterWaiting,
    in_visit: words.filterInVisit,
    later: words.filterLater,
    over: words.filterOver,
  };
  return (
    <div class="filters row">
      {filters.map((one) => (
        <button key={one} type="button" class="chip" aria-pressed={filter === one} onClick={() => onFilter(one)}>
          {names[one]}
        </button>
      ))}
    </div>
  );
}

function ConnectionLine({ board }: { board: BoardConnection }) {
  const words = text.board;
  const lost = board.state === 'lost' || (board.state === 'connecting' && board.lostSince !== null);
  return (
    <p class={lost ? 'link-line look' : 'link-line quiet'} role="status">
      {lost
        ? words.lost({ time: clock(board.lostSince ?? Date.now(), text.locale) })
        : board.state === 'live'
          ? words.live
          : words.connecting}
    </p>
  );
}

function Nothing({ all, onAll }: { all: number; onAll: () => void }) {
  const words = text.board;
  if (all === 0) return <p class="nothing quiet">{words.nothing}</p>;
  return (
    <div class="nothing stack">
      <p class="quiet">{words.nothingFound({ hidden: all })}</p>
      <Button onClick={onAll}>{words.clearFind}</Button>
    </div>
  );
}
