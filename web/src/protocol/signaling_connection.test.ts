import { beforeEach, describe, expect, test } from 'vitest';
import { ConnectionLost, RequestRefused, SignalingConnection } from './signaling_connection';
import type { ConnectionState, Socket, Timers } from './signaling_connection';
import type { Event, ReplyJoined } from './messages';

/** A network that the test plays: sockets open, answer and die when it says so; time moves by hand. */
class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  sent: Record<string, unknown>[] = [];
  closed = false;
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close() {
    this.closed = true;
  }
  open() {
    this.onopen?.();
  }
  say(message: unknown) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  die() {
    this.onclose?.({ code: 1006 });
  }
  last(type: string) {
    return this.sent.filter((one) => one.type === type).pop() as { id: number; resume?: string };
  }
}

class FakeTimers implements Timers {
  private time = 1_000_000;
  private next = 1;
  private waiting = new Map<number, { at: number; run: () => void }>();
  now = () => this.time;
  after = (ms: number, run: () => void) => {
    this.waiting.set(this.next, { at: this.time + ms, run });
    return this.next++;
  };
  cancel = (timer: number) => void this.waiting.delete(timer);
  advance(ms: number) {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.waiting].filter(([, one]) => one.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.waiting.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].run();
    }
    this.time = end;
  }
  /** The device sleeps: time passes, no timer runs. */
  sleep(ms: number) {
    this.time += ms;
  }
}

const joinedReply = (id: number, session: string, resumed = false) =>
  ({ type: 'joined', reply_to: id, session, resumed }) as unknown as ReplyJoined;

const turn = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));

let sockets: FakeSocket[];
let timers: FakeTimers;
let states: ConnectionState['name'][];
let events: Event[];
let joins: ReplyJoined[];
let connection: SignalingConnection;
let whenJoining: (ask: SignalingConnection['request']) => void;

beforeEach(() => {
  sockets = [];
  states = [];
  events = [];
  joins = [];
  timers = new FakeTimers();
  whenJoining = () => undefined;
  connection = new SignalingConnection({
    url: 'wss://gateway/visit',
    token: 'seat-token',
    onState: (state) => states.push(state.name),
    onJoining: (ask) => whenJoining(ask),
    onJoined: (joined) => joins.push(joined),
    onEvent: (event) => events.push(event),
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    timers,
    random: () => 0.5,
  });
});

const newest = () => sockets[sockets.length - 1] as FakeSocket;

async function joinOn(socket: FakeSocket, session = 'session-1', resumed = false) {
  socket.open();
  socket.say(joinedReply(socket.last('join').id, session, resumed));
  await turn();
}

async function startJoined() {
  connection.start();
  await joinOn(newest());
}

describe('joining', () => {
  test('what is asked with the join is sent behind it, and may be answered behind it', async () => {
    const answers: unknown[] = [];
    whenJoining = (ask) => void ask<'offer'>({ type: 'offer', sdp: 'mine' }).then((answer) => answers.push(answer));
    connection.start();
    newest().open();
    expect(newest().sent.map((one) => one.type)).toEqual(['join', 'offer']);
    newest().say(joinedReply(newest().last('join').id, 'session-1'));
    newest().say({ type: 'answer', reply_to: newest().last('offer').id, sdp: 'theirs', active: true });
    await turn();
    expect(joins).toHaveLength(1);
    expect(answers).toMatchObject([{ sdp: 'theirs' }]);

    // A session that is resumed has its media already.
    connection.wake();
    newest().open();
    expect(newest().sent.map((one) => one.type)).toEqual(['join']);
  });

  test('sends the token first, and reports the join before any event', async () => {
    connection.start();
    newest().open();
    expect(newest().sent).toEqual([{ type: 'join', token: 'seat-token', id: 1 }]);
    newest().say({ type: 'speaker', participant: 'too-early' });
    newest().say(joinedReply(1, 'session-1'));
    await turn();
    expect(joins.map((one) => one.session)).toEqual(['session-1']);
    expect(events).toEqual([]);
    newest().say({ type: 'speaker', participant: 'p' });
    expect(events).toEqual([{ type: 'speaker', participant: 'p' }]);
  });

  test('a token that is not known ends it', async () => {
    connection.start();
    newest().open();
    newest().say({ type: 'error', reply_to: 1, code: 'bad_token', message: 'unknown' });
    await turn();
    expect(states).toEqual(['closed']);
    timers.advance(60_000);
    expect(sockets).toHaveLength(1);
  });

  test('any other refusal is tried again', async () => {
    connection.start();
    newest().open();
    newest().say({ type: 'error', reply_to: 1, code: 'store_failed', message: 'failed' });
    await turn();
    timers.advance(315);
    expect(sockets).toHaveLength(2);
  });

  test('a gateway that is full is asked again by itself, but not all the time', async () => {
    connection.start();
    for (let round = 1; round <= 3; round++) {
      newest().open();
      newest().say({ type: 'error', reply_to: 1, code: 'full', message: 'full' });
      await turn();
      expect(states.at(-1)).toBe('full');
      timers.advance(8_900);
      expect(sockets).toHaveLength(round);
      timers.advance(6_200);
      expect(sockets).toHaveLength(round + 1);
    }
    newest().open();
    newest().say(joinedReply(1, 'session-1'));
    await turn();
    expect(states.at(-1)).toBe('joined');
  });

  test('"try now" asks a gateway that is full at once', async () => {
    connection.start();
    newest().open();
    newest().say({ type: 'error', reply_to: 1, code: 'full', message: 'full' });
    await turn();
    connection.wake();
    expect(sockets).toHaveLength(2);
    timers.advance(7_000);
    expect(sockets).toHaveLength(2);
  });

  test('a socket that never opens is given up after 8 s', () => {
    connection.start();
    timers.advance(8000);
    timers.advance(300);
    expect(sockets).toHaveLength(2);
    expect(sockets[0]?.closed).toBe(true);
  });
});

describe('requests', () => {
  test('resolve with their own reply, whatever the order', async () => {
    await startJoined();
    const first = connection.request<'chat'>({ type: 'chat', text: 'one' });
    const second = connection.request<'offer'>({ type: 'offer', sdp: 'v=0' });
    newest().say({ type: 'answer', reply_to: newest().last('offer').id, sdp: 'answer', active: true });
    newest().say({ type: 'ok', reply_to: newest().last('chat').id });
    expect((await second).sdp).toBe('answer');
    expect((await first).type).toBe('ok');
  });

  test('a refusal carries code, sentence and place', async () => {
    await startJoined();
    const asked = connection.request<'offer'>({ type: 'offer', sdp: 'x' });
    newest().say({ type: 'error', reply_to: newest().last('offer').id, code: 'bad_offer', message: 'no', where: 'line 3' });
    const error = await asked.catch((one: unknown) => one);
    expect(error).toBeInstanceOf(RequestRefused);
    expect(error).toMatchObject({ code: 'bad_offer', message: 'no', where: 'line 3' });
  });

  test('fail when the socket dies, and when there is none', async () => {
    await startJoined();
    const asked = connection.request<'leave'>({ type: 'leave' });
    newest().die();
    await expect(asked).rejects.toBeInstanceOf(ConnectionLost);
    await expect(connection.request<'leave'>({ type: 'leave' })).rejects.toBeInstanceOf(ConnectionLost);
  });
});

describe('coming back', () => {
  test('a lost socket is replaced and resumes the session', async () => {
    await startJoined();
    newest().die();
    expect(states).toEqual(['joined', 'lost']);
    timers.advance(250);
    expect(sockets).toHaveLength(2);
    await joinOn(newest(), 'session-1', true);
    expect(newest().last('join').resume).toBe('session-1');
    expect(states).toEqual(['joined', 'lost', 'joined']);
  });

  test('waits longer each time, but never longer than 4 s and a quarter', async () => {
    await startJoined();
    newest().die();
    const gaps: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const count = sockets.length;
      let waited = 0;
      while (sockets.length === count) {
        timers.advance(50);
        waited += 50;
      }
      gaps.push(waited);
      newest().die();
    }
    expect(gaps).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000]);
  });

  test('an unanswered ping means that the socket is dead, open as it looks', async () => {
    await startJoined();
    timers.advance(5000);
    expect(newest().last('ping')).toBeDefined();
    timers.advance(4000);
    expect(states).toContain('lost');
  });

  test('an answered ping keeps it', async () => {
    await startJoined();
    for (let count = 0; count < 5; count++) {
      timers.advance(5000);
      newest().say({ type: 'ok', reply_to: newest().last('ping').id });
    }
    expect(sockets).toHaveLength(1);
  });

  test('after a sleep of the device a new socket takes over, the old one serves until then', async () => {
    await startJoined();
    const old = newest();
    timers.sleep(60_000);
    timers.advance(0);
    expect(sockets).toHaveLength(2);
    expect(old.closed).toBe(false);
    await joinOn(newest(), 'session-1', true);
    expect(old.closed).toBe(true);
    expect(states).toEqual(['joined', 'joined']);
  });

  test('the goodbye of its own old socket is not another device', async () => {
    await startJoined();
    const old = newest();
    connection.wake();
    newest().open();
    old.say({ type: 'bye', reason: 'taken_over', message: '' });
    newest().say(joinedReply(1, 'session-1', true));
    await turn();
    expect(states).toEqual(['joined', 'joined']);
  });

  test('another device that takes over ends it', async () => {
    await startJoined();
    newest().say({ type: 'bye', reason: 'taken_over', message: 'elsewhere' });
    expect(states).toEqual(['joined', 'closed']);
    timers.advance(60_000);
    expect(sockets).toHaveLength(1);
  });

  test('a gateway that restarts says so, and people come back', async () => {
    await startJoined();
    newest().say({ type: 'bye', reason: 'shutting_down', message: '' });
    timers.advance(300);
    expect(sockets).toHaveLength(2);
  });

  test('start afresh joins without the session', async () => {
    await startJoined();
    connection.startAfresh();
    newest().open();
    expect(newest().last('join').resume).toBeUndefined();
  });

  test('after stop nothing happens any more', async () => {
    await startJoined();
    connection.stop();
    connection.wake();
    timers.advance(60_000);
    expect(sockets).toHaveLength(1);
    expect(states).toEqual(['joined', 'closed']);
  });

  test('what is not JSON does no harm', async () => {
    await startJoined();
    newest().onmessage?.({ data: '{' });
    newest().onmessage?.({ data: new ArrayBuffer(2) });
    expect(states).toEqual(['joined']);
  });
});

describe('when media stopped', () => {
  const answerPing = async (socket: FakeSocket) => {
    socket.say({ type: 'ok', reply_to: socket.last('ping').id });
    await turn();
  };

  test('a socket that answers is kept', async () => {
    await startJoined();
    connection.probe();
    await answerPing(newest());
    timers.advance(4500);
    expect(sockets).toHaveLength(1);
  });

  test('one that does not gets a successor soon, and is kept until that has joined', async () => {
    await startJoined();
    const old = newest();
    timers.advance(5000);
    timers.advance(40);
    await answerPing(old); // a round trip of 40 ms
    connection.probe();
    timers.advance(249);
    expect(sockets).toHaveLength(1);
    timers.advance(1);
    expect(sockets).toHaveLength(2);
    expect(old.closed).toBe(false);
    await joinOn(newest(), 'session-1', true);
    expect(old.closed).toBe(true);
    expect(states.filter((one) => one === 'lost')).toEqual([]);
  });

  test('a long way is given more time', async () => {
    await startJoined();
    timers.advance(5000);
    timers.advance(400);
    await answerPing(newest());
    connection.probe();
    timers.advance(1100);
    expect(sockets).toHaveLength(1);
    timers.advance(200);
    expect(sockets).toHaveLength(2);
  });

  test('a successor that is being opened is left alone', async () => {
    await startJoined();
    connection.wake();
    connection.probe();
    timers.advance(2000);
    expect(sockets).toHaveLength(2);
  });
});
