// One person's conversation with the gateway over WebSockets (docs/signaling.md): requests with
// their replies, events in order, and a new socket whenever the old one is or may be dead.
// No DOM: the page calls wake() when it comes back to the foreground or the network returns.

import { SUBPROTOCOL } from './messages';
import type { Event, EventBye, Reply, ReplyError, ReplyInvited, ReplyJoined, Request } from './messages';

/** What a request carries besides its id. */
export type RequestBody = Request extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

type ReplyTo<T extends RequestBody['type']> = T extends 'join'
  ? ReplyJoined
  : T extends 'offer'
    ? Extract<Reply, { type: 'answer' }>
    : T extends 'invite'
      ? ReplyInvited
      : Extract<Reply, { type: 'ok' }>;

/** The gateway said no. `code` is for programs, `message` for people. */
export class RequestRefused extends Error {
  readonly code: ReplyError['code'];
  readonly where?: string;
  constructor(reply: ReplyError) {
    super(reply.message);
    this.name = 'RequestRefused';
    this.code = reply.code;
    this.where = reply.where;
  }
}

/** The socket went away before the reply came; nobody knows whether the request was carried out. */
export class ConnectionLost extends Error {
  constructor() {
    super('the connection was lost before the reply came');
    this.name = 'ConnectionLost';
  }
}

export type ConnectionState =
  | { name: 'connecting' }
  | { name: 'joined' }
  /** Trying again by itself. `since` is when the last joined socket was lost. */
  | { name: 'lost'; since: number }
  /** The gateway takes no more people now. Trying again by itself, at its leisure. */
  | { name: 'full' }
  /** Over: it does not try again. */
  | { name: 'closed'; why: EventBye['reason'] | 'bad_token' | 'no_licence' | 'stopped'; message: string };

/** The part of WebSocket that is used, so that tests can play the network. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface Timers {
  now(): number;
  after(ms: number, run: () => void): number;
  cancel(timer: number): void;
}

export const realTimers: Timers = {
  now: () => Date.now(),
  after: (ms, run) => setTimeout(run, ms) as unknown as number,
  cancel: (timer) => clearTimeout(timer),
};

export interface SignalingConnectionConfig {
  url: string;
  token: string;
  /** Joins for a help session alone, and is over with it. */
  forHelp?: boolean;
  onState: (state: ConnectionState) => void;
  /** `join` was sent on a new socket, without a session to resume: what is asked now goes with it. */
  onJoining?: (ask: SignalingConnection['request']) => void;
  /** After each join: everything that was missed follows from its fields. */
  onJoined: (joined: ReplyJoined) => void;
  onEvent: (event: Event) => void;
  openSocket?: (url: string, subprotocol: string) => Socket;
  timers?: Timers;
  random?: () => number;
}

const CONNECT_DEADLINE_MS = 8000;
const REPLY_DEADLINE_MS = 10000;
const PING_EVERY_MS = 5000;
const PING_DEADLINE_MS = 4000;
const BACK_OFF_FIRST_MS = 250;
const BACK_OFF_MOST_MS = 4000;
/** Between two tries at a gateway that is full: a place becomes free when somebody leaves. */
const FULL_RETRY_MS = 12000;
/** When nothing comes over the other way, the socket has to answer within a few of its usual round trips. */
const PROBE_ROUND_TRIPS = 3;
const PROBE_LEAST_MS = 250;
const PROBE_MOST_MS = 1500;
/** A pause of the page this much longer than asked means it slept, and so did the socket. */
const TIME_JUMP_MS = 10000;

interface Waiting {
  resolve: (reply: never) => void;
  reject: (error: Error) => void;
  deadline: number;
}

/** One socket and what is asked on it. A lost link belongs to the past: it reports nothing more. */
interface Link {
  socket: Socket;
  waiting: Map<number, Waiting>;
  nextId: number;
  connectDeadline: number;
  joined: boolean;
}

const defaultOpenSocket = (url: string, subprotocol: string) => new WebSocket(url, subprotocol) as unknown as Socket;

export class SignalingConnection {
  private readonly config: Required<SignalingConnectionConfig>;
  private state: ConnectionState = { name: 'connecting' };
  /** The socket in use, and one that is being opened to take its place. */
  private link: Link | null = null;
  private opening: Link | null = null;
  private session: string | undefined;
  private failures = 0;
  private retryTimer: number | null = null;
  private pingTimer: number | null = null;
  private pingDue = 0;
  private roundTripMs = PROBE_MOST_MS / PROBE_ROUND_TRIPS;

  constructor(config: SignalingConnectionConfig) {
    this.config = {
      openSocket: defaultOpenSocket,
      timers: realTimers,
      random: Math.random,
      onJoining: () => undefined,
      forHelp: false,
      ...config,
    };
  }

  start(): void {
    this.open();
    this.armPing();
  }

  /** Ends the conversation on this side; the seat is kept by the gateway. */
  stop(): void {
    this.finish('stopped', '');
  }

  /**
   * The page came back, the network changed or somebody pressed "Try now": opens a new socket that
   * takes over from the old one. A socket that slept with a tablet looks open and is dead.
   */
  wake(): void {
    if (this.state.name === 'closed') return;
    if (this.retryTimer !== null) this.config.timers.cancel(this.retryTimer);
    this.retryTimer = null;
    this.failures = 0;
    this.open();
  }

  /**
   * Media stopped coming. The socket may be as dead and not know it (the address of this device changed): when a ping is not
   * answered soon, another socket is opened at once. The old one stays in use until that has joined.
   */
  probe(): void {
    const { link } = this;
    if (!link || this.opening) return;
    const span = Math.min(PROBE_MOST_MS, Math.max(PROBE_LEAST_MS, PROBE_ROUND_TRIPS * this.roundTripMs));
    const timer = this.config.timers.after(span, () => {
      if (this.link === link && !this.opening) this.wake();
    });
    void this.ping(link, () => this.config.timers.cancel(timer));
  }

  /** The media cannot be repaired: joins again as if for the first time, which makes it new. */
  startAfresh(): void {
    this.session = undefined;
    this.wake();
  }

  /** Sends a request on the joined socket. Rejects with RequestRefused or ConnectionLost. */
  request<T extends RequestBody['type']>(body: Extract<RequestBody, { type: T }>): Promise<ReplyTo<T>> {
    const link = this.link;
    if (!link) return Promise.reject(new ConnectionLost());
    return this.ask<T>(link, body, REPLY_DEADLINE_MS);
  }

  private ask<T extends RequestBody['type']>(
    link: Link,
    body: RequestBody,
    deadlineMs: number,
  ): Promise<ReplyTo<T>> {
    if (!this.isCurrent(link)) return Promise.reject(new ConnectionLost());
    const id = link.nextId++;
    return new Promise((resolve, reject) => {
      const deadline = this.config.timers.after(deadlineMs, () => {
        link.waiting.delete(id);
        reject(new ConnectionLost());
        this.lose(link);
      });
      link.waiting.set(id, { resolve: resolve as (reply: never) => void, reject, deadline });
      try {
        link.socket.send(JSON.stringify({ ...body, id }));
      } catch {
        this.lose(link);
      }
    });
  }

  private open(): void {
    if (this.opening) this.drop(this.opening);
    let socket: Socket;
    try {
      socket = this.config.openSocket(this.config.url, SUBPROTOCOL);
    } catch {
      this.opening = null;
      this.retryLater();
      return;
    }
    const link: Link = { socket, waiting: new Map(), nextId: 1, connectDeadline: 0, joined: false };
    link.connectDeadline = this.config.timers.after(CONNECT_DEADLINE_MS, () => this.lose(link));
    this.opening = link;
    socket.onopen = () => void this.join(link);
    socket.onmessage = (event) => this.receive(link, event.data);
    socket.onclose = () => this.lose(link);
    socket.onerror = () => this.lose(link);
  }

  private async join(link: Link): Promise<void> {
    try {
      const reply = this.ask<'join'>(
        link,
        {
          type: 'join',
          token: this.config.token,
          ...(this.session ? { resume: this.session } : {}),
          ...(this.config.forHelp ? { for_help: true } : {}),
        },
        CONNECT_DEADLINE_MS,
      );
      if (!this.session) this.config.onJoining((body) => this.ask(link, body, REPLY_DEADLINE_MS));
      this.takeOver(link, await reply);
    } catch (error) {
      if (!this.isCurrent(link)) return;
      if (error instanceof RequestRefused && (error.code === 'bad_token' || error.code === 'no_licence')) this.finish(error.code, error.message);
      else if (error instanceof RequestRefused && error.code === 'wrong_state' && this.config.forHelp) this.finish('help_over', error.message);
      else if (error instanceof RequestRefused && error.code === 'full') this.waitForPlace(link);
      else this.lose(link);
    }
  }

  private takeOver(link: Link, joined: ReplyJoined): void {
    if (this.opening !== link) return;
    this.config.timers.cancel(link.connectDeadline);
    link.joined = true;
    const old = this.link;
    this.link = link;
    this.opening = null;
    if (old) this.drop(old);
    this.session = joined.session;
    this.failures = 0;
    this.armPing();
    this.setState({ name: 'joined' });
    this.config.onJoined(joined);
  }

  private receive(link: Link, data: unknown): void {
    if (!this.isCurrent(link) || typeof data !== 'string') return;
    let message: Reply | Event;
    try {
      message = JSON.parse(data) as Reply | Event;
    } catch {
      return;
    }
    if ('reply_to' in message && message.reply_to !== undefined) this.settle(link, message.reply_to, message);
    else if (message.type === 'bye') this.onBye(link, message);
    else if (message.type !== 'error' && link.joined) this.config.onEvent(message as Event);
  }

  private settle(link: Link, id: number, reply: Reply): void {
    const waiting = link.waiting.get(id);
    if (!waiting) return;
    link.waiting.delete(id);
    this.config.timers.cancel(waiting.deadline);
    if (reply.type === 'error') waiting.reject(new RequestRefused(reply));
    else waiting.resolve(reply as never);
  }

  private onBye(link: Link, bye: EventBye): void {
    // An old socket is told so when its successor joins: that is us, not another device.
    if (bye.reason === 'taken_over' && (link !== this.link || this.opening)) return;
    if (bye.reason === 'shutting_down') this.lose(link);
    else this.finish(bye.reason, bye.message);
  }

  private isCurrent(link: Link): boolean {
    return link === this.link || link === this.opening;
  }

  /** The socket is gone, or as good as gone. */
  private lose(link: Link): void {
    if (!this.isCurrent(link)) return;
    const wasInUse = link === this.link;
    if (wasInUse) this.link = null;
    else this.opening = null;
    this.drop(link);
    if (wasInUse) this.setState({ name: 'lost', since: this.config.timers.now() });
    if (!this.opening) this.retryLater();
  }

  /** There is no place. The socket is given back too: many may wait. */
  private waitForPlace(link: Link): void {
    if (link === this.opening) this.opening = null;
    this.drop(link);
    if (this.link) return;
    this.setState({ name: 'full' });
    this.retryAfter(FULL_RETRY_MS);
  }

  private drop(link: Link): void {
    const { socket } = link;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    this.config.timers.cancel(link.connectDeadline);
    for (const waiting of link.waiting.values()) {
      this.config.timers.cancel(waiting.deadline);
      waiting.reject(new ConnectionLost());
    }
    link.waiting.clear();
    try {
      socket.close(1000);
    } catch {
      // A socket that never opened may refuse; it is forgotten either way.
    }
  }

  private retryLater(): void {
    if (this.state.name === 'closed' || this.retryTimer !== null || this.link) return;
    const span = Math.min(BACK_OFF_MOST_MS, BACK_OFF_FIRST_MS * 2 ** this.failures);
    this.failures++;
    this.retryAfter(span);
  }

  private retryAfter(span: number): void {
    if (this.retryTimer !== null) this.config.timers.cancel(this.retryTimer);
    this.retryTimer = this.config.timers.after(span * (0.75 + 0.5 * this.config.random()), () => {
      this.retryTimer = null;
      this.open();
    });
  }

  private armPing(): void {
    const { timers } = this.config;
    if (this.pingTimer !== null) timers.cancel(this.pingTimer);
    this.pingDue = timers.now() + PING_EVERY_MS;
    this.pingTimer = timers.after(PING_EVERY_MS, () => this.onPingDue());
  }

  private onPingDue(): void {
    const slept = this.config.timers.now() - this.pingDue > TIME_JUMP_MS;
    this.armPing();
    if (slept) this.wake();
    else if (this.link) void this.ping(this.link);
  }

  private async ping(link: Link, onAnswer: () => void = () => undefined): Promise<void> {
    const sent = this.config.timers.now();
    try {
      await this.ask<'ping'>(link, { type: 'ping' }, PING_DEADLINE_MS);
      this.roundTripMs = this.config.timers.now() - sent;
      onAnswer();
    } catch {
      // The socket was lost, and that is seen to.
    }
  }

  private finish(why: Extract<ConnectionState, { name: 'closed' }>['why'], message: string): void {
    if (this.state.name === 'closed') return;
    const { timers } = this.config;
    if (this.retryTimer !== null) timers.cancel(this.retryTimer);
    if (this.pingTimer !== null) timers.cancel(this.pingTimer);
    this.retryTimer = this.pingTimer = null;
    const links = [this.link, this.opening];
    this.link = this.opening = null;
    for (const link of links) if (link) this.drop(link);
    this.setState({ name: 'closed', why, message });
  }

  private setState(state: ConnectionState): void {
    this.state = state;
    this.config.onState(state);
  }
}
