import { beforeEach, expect, test } from 'vitest';
import { BoardConnection } from './board_connection';
import type { BoardVisit } from './board';
import type { Socket } from './signaling_connection';

class FakeSocket implements Socket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  closed = false;
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close() {
    this.closed = true;
  }
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let sockets: FakeSocket[];
let timers: { at: number; run: () => void; id: number }[];
let now: number;
let tickets: (string | null | Error)[];
const clock = {
  now: () => now,
  after: (ms: number, run: () => void) => {
    timers.push({ at: now + ms, run, id: timers.length + 1 });
    return timers.length;
  },
  cancel: (id: number) => {
    timers = timers.map((one) => (one.id === id ? { ...one, at: Infinity } : one));
  },
};
const pass = (ms: number) => {
  now += ms;
  for (const one of timers.filter(({ at }) => at <= now)) {
    one.at = Infinity;
    one.run();
  }
};
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const visit = (id: string, step = 'link_opened') => ({ id, seats: [{ step }] }) as unknown as BoardVisit;

function create() {
  return new BoardConnection({
    url: 'wss://gateway/board/live',
    ticket: async () => {
      const next = tickets.shift();
      if (next instanceof Error) throw next;
      return next === undefined ? 'ticket' : next;
    },
    zone: 'America/Denver',
    onChange: () => undefined,
    openSocket: () => {
      sockets.push(new FakeSocket());
      return sockets[sockets.length - 1]!;
    },
    timers: clock,
    random: () => 0.5,
  });
}

const watching = (id: number, resumed = false, epoch = 'e1') => ({
  type: 'watching', reply_to: id, epoch, day: '2026-11-22', zone: 'America/Denver', from: 0, until: 1, resumed, now: 0,
});

async function live() {
  const board = create();
  board.start();
  await settle();
  const socket = sockets[0]!;
  socket.onopen?.(undefined as never);
  socket.say(watching(1));
  socket.say({ type: 'visits', visits: [visit('a'), visit('b')] });
  socket.say({ type: 'complete', ids: ['a', 'b'], seq: 7 });
  return { board, socket };
}

beforeEach(() => {
  sockets = [];
  timers = [];
  now = 1000;
  tickets = [];
});

test('a ticket, the day, then what changes', async () => {
  const { board, socket } = await live();
  expect(socket.sent).toEqual([{ type: 'watch', id: 1, zone: 'America/Denver', ticket: 'ticket' }]);
  expect(board.state).toBe('live');
  const before = board.visits.get('b');
  socket.say({ type: 'visits', visits: [visit('a', 'waiting')], seq: 8 });
  expect(board.visits.get('a')!.seats[0]!.step).toBe('waiting');
  expect(board.visits.get('b')).toBe(before);
  socket.say({ type: 'gone', ids: ['b'], seq: 9 });
  expect([...board.visits.keys()]).toEqual(['a']);
});

test('it comes back and says what it knew', async () => {
  const { board, socket } = await live();
  socket.say({ type: 'visits', visits: [visit('a', 'waiting')], seq: 8 });
  socket.onclose?.({ code: 1006 });
  expect(board.state).toBe('lost');
  expect(board.visits.size).toBe(2);
  pass(600);
  await settle();
  const again = sockets[1]!;
  again.onopen?.(undefined as never);
  expect(again.sent[0]).toMatchObject({ epoch: 'e1', seq: 8 });
  again.say(watching(2, true));
  again.say({ type: 'complete', ids: ['a'], seq: 12 });
  expect(board.state).toBe('live');
  expect([...board.visits.keys()]).toEqual(['a']);
});

test('what comes while the list does is no end to it', async () => {
  const { board, socket } = await live();
  socket.onclose?.({ code: 1006 });
  pass(600);
  await settle();
  const again = sockets[1]!;
  again.onopen?.(undefined as never);
  again.say(watching(2, true));
  again.say({ type: 'visits', visits: [visit('a', 'left')], seq: 30 });
  again.onclose?.({ code: 1006 });
  pass(2000);
  await settle();
  sockets[2]!.onopen?.(undefined as never);
  expect(sockets[2]!.sent[0]).toMatchObject({ seq: 7 });
  expect(board.visits.get('a')!.seats[0]!.step).toBe('left');
});

test('another day begins with nothing', async () => {
  const { board, socket } = await live();
  board.watch('2026-11-23');
  expect(board.visits.size).toBe(0);
  expect(socket.sent[1]).toEqual({ type: 'watch', id: 2, zone: 'America/Denver', day: '2026-11-23' });
  socket.say({ type: 'complete', ids: [], seq: 7 });
  expect(board.state).toBe('live');
});

test('who is signed out sees nothing more', async () => {
  const { board, socket } = await live();
  socket.say({ type: 'bye', reason: 'signed_out' });
  expect(board.state).toBe('signed_out');
  expect(board.visits.size).toBe(0);
  pass(60_000);
  await settle();
  expect(sockets).toHaveLength(1);
});

test('no ticket is being signed out; no answer is not', async () => {
  tickets = [new Error('unreachable'), null];
  const board = create();
  board.start();
  await settle();
  expect(board.state).toBe('connecting');
  pass(600);
  await settle();
  expect(board.state).toBe('signed_out');
});

test('a gateway that restarts is waited for', async () => {
  const { board, socket } = await live();
  socket.say({ type: 'bye', reason: 'shutting_down' });
  expect(board.state).toBe('lost');
  pass(600);
  await settle();
  sockets[1]!.onopen?.(undefined as never);
  sockets[1]!.say(watching(2, false, 'e2'));
  sockets[1]!.say({ type: 'visits', visits: [visit('c')] });
  sockets[1]!.say({ type: 'complete', ids: ['c'], seq: 1 });
  expect([...board.visits.keys()]).toEqual(['c']);
});
