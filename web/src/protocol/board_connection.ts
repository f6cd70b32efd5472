// Follows a day of the board over its socket (docs/board.md): a ticket, the day, then what changes. It tries again by
// itself, and says what it knew, so that it is told only what it missed. No DOM.

import { realTimers } from './signaling_connection';
import type { Socket, Timers } from './signaling_connection';
import type { BoardDay, BoardEvent, BoardVisit } from './board';

export const BOARD_SUBPROTOCOL = 'bedside.board.v1';

export type BoardState =
  /** Nothing has been told yet. */
  | 'connecting'
  | 'live'
  /** What is shown may be old; it tries again. */
  | 'lost'
  /** Over: who asks is not signed in any more, or may not. */
  | 'signed_out';

export interface BoardConnectionConfig {
  url: string;
  /** Null: signed out. Throws when the gateway cannot be reached. */
  ticket: () => Promise<string | null>;
  zone: string;
  onChange: () => void;
  openSocket?: (url: string, subprotocol: string) => Socket;
  timers?: Timers;
  random?: () => number;
}

const BACK_OFF_FIRST_MS = 500;
const BACK_OFF_MOST_MS = 10_000;
const CONNECT_DEADLINE_MS = 10_000;

const defaultOpenSocket = (url: string, subprotocol: string) => new WebSocket(url, subprotocol) as unknown as Socket;

export class BoardConnection {
  state: BoardState = 'connecting';
  /** By id; a visit that did not change stays the same object. */
  visits: ReadonlyMap<string, BoardVisit> = new Map();
  day: BoardDay | null = null;
  /** When the socket was lost. */
  lostSince: number | null = null;
  private readonly config: Required<BoardConnectionConfig>;
  private socket: Socket | null = null;
  private wanted = '';
  private nextId = 0;
  private epoch = '';
  private seq = 0;
  /** The list of the day is still coming. */
  private listing = true;
  private failures = 0;
  private timer: number | null = null;
  private stopped = false;
  private attempt = 0;

  constructor(config: BoardConnectionConfig) {
    this.config = { openSocket: defaultOpenSocket, timers: realTimers, random: Math.random, ...config };
  }

  start(day = ''): void {
    this.wanted = day;
    void this.open();
  }

  /** Another day: `''` is today. */
  watch(day: string): void {
    this.wanted = day;
    this.visits = new Map();
    this.epoch = '';
    this.listing = true;
    if (this.state === 'live') this.state = 'connecting';
    if (this.socket && this.day) this.sendWatch(this.socket, undefined);
    this.config.onChange();
  }

  /** The page can be seen again, or the network is back. */
  wake(): void {
    if (this.stopped || this.state === 'live' || this.state === 'signed_out') return;
    this.failures = 0;
    void this.open();
  }

  stop(): void {
    this.stopped = true;
    this.drop();
  }

  private drop(): void {
    if (this.timer !== null) this.config.timers.cancel(this.timer);
    this.timer = null;
    this.attempt++;
    const { socket } = this;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  private async open(): Promise<void> {
    this.drop();
    const attempt = this.attempt;
    let ticket: string | null;
    try {
      ticket = await this.config.ticket();
    } catch {
      if (attempt === this.attempt) this.lose();
      return;
    }
    if (attempt !== this.attempt || this.stopped) return;
    if (ticket === null) return this.end();
    const socket = this.config.openSocket(this.config.url, BOARD_SUBPROTOCOL);
    this.socket = socket;
    this.timer = this.config.timers.after(CONNECT_DEADLINE_MS, () => this.lose());
    socket.onopen = () => this.sendWatch(socket, ticket);
    socket.onmessage = ({ data }) => this.take(JSON.parse(String(data)) as BoardEvent);
    socket.onclose = () => this.lose();
    socket.onerror = () => undefined;
  }

  private sendWatch(socket: Socket, ticket: string | undefined): void {
    this.listing = true;
    socket.send(
      JSON.stringify({
        type: 'watch',
        id: ++this.nextId,
        zone: this.config.zone,
        ...(ticket ? { ticket } : {}),
        ...(this.wanted ? { day: this.wanted } : {}),
        ...(this.epoch ? { epoch: this.epoch, seq: this.seq } : {}),
      }),
    );
  }

  private take(event: BoardEvent): void {
    switch (event.type) {
      case 'watching':
        if (event.reply_to !== this.nextId) return;
        if (!event.resumed) this.epoch = '';
        this.day = { day: event.day, zone: event.zone };
        this.nextEpoch = event.epoch;
        return;
      case 'visits':
        this.put(event.visits);
        this.note(event.seq);
        break;
      case 'gone':
        this.remove(event.ids);
        this.note(event.seq);
        break;
      case 'complete':
        this.complete(event.ids, event.seq);
        break;
      case 'error':
        if (event.code === 'not_allowed') this.end();
        else if (event.code === 'bad_ticket') this.lose();
        return;
      case 'bye':
        if (event.reason === 'signed_out') this.end();
        else this.lose();
        return;
    }
    this.config.onChange();
  }

  private nextEpoch = '';

  private note(seq: number | undefined): void {
    if (seq !== undefined && !this.listing) this.seq = seq;
  }

  private put(changed: readonly BoardVisit[]): void {
    const visits = new Map(this.visits);
    for (const visit of changed) visits.set(visit.id, visit);
    this.visits = visits;
  }

  private remove(ids: readonly string[]): void {
    const visits = new Map(this.visits);
    for (const id of ids) visits.delete(id);
    this.visits = visits;
  }

  /** These are all there are: what else is known was of another day, or is gone. */
  private complete(ids: readonly string[], seq: number): void {
    const kept = new Set(ids);
    this.visits = new Map([...this.visits].filter(([id]) => kept.has(id)));
    this.listing = false;
    this.epoch = this.nextEpoch;
    this.seq = seq;
    this.state = 'live';
    this.lostSince = null;
    this.failures = 0;
    if (this.timer !== null) this.config.timers.cancel(this.timer);
    this.timer = null;
  }

  private lose(): void {
    this.drop();
    if (this.stopped || this.state === 'signed_out') return;
    const { now, after } = this.config.timers;
    const wait = Math.min(BACK_OFF_FIRST_MS * 2 ** this.failures++, BACK_OFF_MOST_MS);
    this.lostSince ??= now();
    if (this.state === 'live') this.state = 'lost';
    this.timer = after(wait * (0.75 + this.config.random() / 2), () => void this.open());
    this.config.onChange();
  }

  private end(): void {
    this.drop();
    this.state = 'signed_out';
    this.visits = new Map();
    this.config.onChange();
  }
}
