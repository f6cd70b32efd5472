import { beforeEach, expect, test, vi } from 'vitest';
import type { Devices, DeviceState } from './devices';
import { joinedReply, me } from './fixtures';
import { VisitSession } from './visit_session';

vi.mock('../protocol/packed_text', () => ({ pack: () => Promise.resolve(null), unpack: Promise.resolve }));

/** Stands in for the browser's socket: answers what is asked, and lets the test say events. */
class FakeWebSocket {
  static all: FakeWebSocket[] = [];
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: unknown = null;
  onerror: unknown = null;
  constructor() {
    FakeWebSocket.all.push(this);
  }
  send(text: string) {
    const message = JSON.parse(text) as { type: string; id: number };
    this.sent.push(message);
    const reply = message.type === 'join' ? joinedReply() : { type: message.type === 'offer' ? 'answer' : 'ok', sdp: 'a', active: true };
    queueMicrotask(() => this.say({ ...reply, reply_to: message.id }));
  }
  say(message: unknown) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  close() {}
}

const listeners = new Set<() => void>();
let devices: { state: DeviceState; subscribe: (listener: () => void) => () => void; nothingComes: ReturnType<typeof vi.fn>; setMuted: () => void };
let session: VisitSession;

const track = (readyState: 'live' | 'ended') => ({ readyState }) as MediaStreamTrack;
const change = (fields: Partial<DeviceState>) => {
  devices.state = { ...devices.state, ...fields };
  for (const listener of listeners) listener();
};
const socket = () => FakeWebSocket.all[FakeWebSocket.all.length - 1] as FakeWebSocket;
const sent = (type: string) => socket().sent.filter((one) => one.type === type).map(({ id: _, ...rest }) => rest);
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeWebSocket);
  vi.stubGlobal('MediaStream', class {});
  const transceiver = () => ({ mid: null, sender: { replaceTrack: () => Promise.resolve() }, receiver: { track: { id: '' } } });
  vi.stubGlobal(
    'RTCPeerConnection',
    class {
      addTransceiver = transceiver;
      setConfiguration() {}
      createOffer = () => Promise.resolve({ type: 'offer', sdp: 'o' });
      setLocalDescription = () => Promise.resolve();
      setRemoteDescription = () => Promise.resolve();
      close() {}
    },
  );
  FakeWebSocket.all = [];
  listeners.clear();
  devices = {
    state: {
      ...{ name: 'ready', problem: null, denied: 'both', soundOnly: false, cameras: [], microphones: [], audioMuted: false, videoMuted: false },
      ...{ audioTrack: track('live'), videoTrack: track('live'), microphoneInterrupted: false, cameraLost: false },
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    nothingComes: vi.fn(),
    setMuted: () => undefined,
  };
  session = new VisitSession('ws://gateway/visit', 'token', devices as unknown as Devices);
  session.start();
  socket().onopen?.();
  await vi.advanceTimersByTimeAsync(10);
  expect(session.snapshot.call.active).toBe(true);
  return () => {
    session.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

test('a hidden page asks for no pictures, and a tablet says that nobody looks', async () => {
  session.setShown([{ slot: 0, video: true, width: 640, height: 480 }]);
  await settle();
  session.setSight({ hidden: true, captureStops: true });
  await settle();
  expect(sent('slots').pop()).toEqual({ type: 'slots', slots: [{ slot: 0, video: false }] });
  expect(sent('away')).toEqual([{ type: 'away', away: true, reason: 'hidden' }]);
  session.setSight({ hidden: false, captureStops: true });
  await settle();
  expect(sent('slots').pop()).toEqual({ type: 'slots', slots: [{ slot: 0, video: true, width: 640, height: 480 }] });
  expect(sent('away').pop()).toEqual({ type: 'away', away: false });
});

test('a desk whose tab lies behind another is not away: its camera goes on', async () => {
  session.setSight({ hidden: true, captureStops: false });
  await settle();
  expect(sent('away')).toEqual([]);
});

test.each([
  ['a phone call', { microphoneInterrupted: true }, 'call'],
  ['an unplugged headset', { microphoneInterrupted: true, audioTrack: track('ended') }, 'device'],
  ['devices that cannot be opened', { name: 'failed' as const }, 'device'],
])('%s is told to the others, and that it is over', async (_, fields, reason) => {
  change(fields);
  change({ cameras: [] }); // the same state again
  await settle();
  expect(sent('away')).toEqual([{ type: 'away', away: true, reason }]);
  change({ name: 'ready', microphoneInterrupted: false, audioTrack: track('live') });
  await settle();
  expect(sent('away').pop()).toEqual({ type: 'away', away: false });
});

test('a camera that was taken away is a picture that is off', async () => {
  change({ cameraLost: true });
  await settle();
  expect(sent('mute').pop()).toEqual({ type: 'mute', audio: false, video: true });
  expect(sent('away')).toEqual([]);
});

test('a join says "here": who is still away says so again', async () => {
  change({ microphoneInterrupted: true });
  await settle();
  session.wake();
  socket().onopen?.();
  await settle();
  expect(FakeWebSocket.all).toHaveLength(2);
  expect(sent('away')).toEqual([{ type: 'away', away: true, reason: 'call' }]);
});

test('who waits is not away', async () => {
  socket().say({ type: 'waiting', present: [], physician_told: false });
  change({ microphoneInterrupted: true });
  await settle();
  expect(sent('away')).toEqual([]);
  expect(session.snapshot.visit?.you.id).toBe(me.id);
});

test('the gateway asks to open a device again', () => {
  socket().say({ type: 'repair', media: 'sound' });
  expect(devices.nothingComes).toHaveBeenCalledWith('sound');
});

test('silence restarts ICE at once', async () => {
  socket().say({ type: 'silence', silent: true });
  await vi.advanceTimersByTimeAsync(10);
  expect(sent('offer').filter((one) => one.restart_ice)).toHaveLength(1);
  socket().say({ type: 'silence', silent: false });
  await settle();
  expect(sent('offer').filter((one) => one.restart_ice)).toHaveLength(1);
});

test('a notice about missed words goes by itself', async () => {
  socket().say({ type: 'missed_words', participant: 'p-rao', seconds: 6, at: 1 });
  expect(session.snapshot.visit?.missed).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(session.snapshot.visit?.missed).toEqual([]);
});
