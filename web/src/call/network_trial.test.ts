import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HttpProblem } from '../protocol/http_api';
import type { TestConnection } from '../protocol/device_check_api';
import { answerWith, figuresOf, NetworkTrial } from './network_trial';
import type { NetworkProgress } from './network_trial';

const answer = [
  'v=0',
  'a=candidate:1 1 udp 2130706431 203.0.113.1 7000 typ host',
  'a=candidate:2 1 tcp 1694498815 203.0.113.1 7000 typ host tcptype passive',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
].join('\r\n');

test('an answer is cut down to one protocol', () => {
  expect(answerWith(answer, 'udp')).not.toContain(' tcp ');
  expect(answerWith(answer, 'udp')).toContain(' udp ');
  expect(answerWith(answer, 'tcp')).not.toContain(' udp ');
  expect(answerWith(answer, 'tcp')).toContain('m=audio');
});

describe('figures', () => {
  const seen = { jitters: [9, 2, 4], lost: 0, heard: 100, rttMs: 41.6, outgoingBps: 900_000, path: 'udp' as const };
  const told: TestConnection = { connected: true, failed: false, measured: true, path: 'udp', up_bps: 700_000, estimate_down_bps: 1_500_000, received: 97, lost_up: 3, rtt_us: 80_000 };

  test('both ends are heard', () => {
    expect(figuresOf(seen, told, true)).toEqual({ up_kbps: 900, down_kbps: 1500, rtt_ms: 42, jitter_ms: 4, loss_permille: 30 });
  });

  test('what a browser does not say is asked of the gateway', () => {
    expect(figuresOf({ ...seen, rttMs: null, outgoingBps: 0 }, told, true)).toMatchObject({ up_kbps: 700, rtt_ms: 80 });
    expect(figuresOf({ ...seen, outgoingBps: 9e9 }, told, true)).toMatchObject({ up_kbps: 2500 });
  });

  test('what nobody measured is left out', () => {
    expect(figuresOf({ ...seen, jitters: [], heard: 0, rttMs: null }, null, false)).toEqual({});
    expect(figuresOf(seen, told, false)).not.toHaveProperty('up_kbps');
  });
});

/** Ways that lead somewhere are named in `open`; the measured one goes where any does. */
class FakeConnection extends EventTarget {
  static open = new Set<string>();
  static made: FakeConnection[] = [];
  connectionState = 'new';
  closed = false;
  constructor(readonly configuration: RTCConfiguration) {
    super();
    FakeConnection.made.push(this);
  }
  addTransceiver = () => ({ receiver: { track: { id: 'sound' } } });
  createOffer = () => Promise.resolve({ type: 'offer', sdp: 'v=0\r\nm=audio' });
  setLocalDescription = () => Promise.resolve();
  getStats = () =>
    Promise.resolve(
      new Map<string, object>([
        ['p', { id: 'p', type: 'candidate-pair', nominated: true, state: 'succeeded', localCandidateId: 'l', totalRoundTripTime: 0.4, responsesReceived: 10 }],
        ['l', { id: 'l', type: 'local-candidate', candidateType: 'host', protocol: FakeConnection.open.has('udp') ? 'udp' : 'tcp' }],
        ['s', { type: 'inbound-rtp', kind: 'audio', trackIdentifier: 'sound', jitter: 0.003, packetsLost: 0, packetsReceived: 50 }],
      ]),
    );
  setRemoteDescription({ sdp }: { sdp: string }) {
    const kind = this.configuration.iceTransportPolicy === 'relay' ? 'relay' : sdp.includes(' tcp ') && sdp.includes(' udp ') ? 'any' : sdp.includes(' tcp ') ? 'tcp' : 'udp';
    const found = kind === 'any' ? FakeConnection.open.size > 0 : FakeConnection.open.has(kind);
    setTimeout(() => {
      if (!found) return;
      this.connectionState = 'connected';
      this.dispatchEvent(new Event('connectionstatechange'));
    }, 100);
    return Promise.resolve();
  }
  close() {
    this.closed = true;
  }
}

function makeTest(begin: () => Promise<unknown> = () => Promise.resolve({ id: 't', seconds: 25, tcp: true, ice_servers: [{ urls: ['turn:x'] }] })) {
  const progress: NetworkProgress[] = [];
  const api = {
    begin: vi.fn(begin) as never,
    connect: vi.fn(() => Promise.resolve({ connection: 0, sdp: answer })),
    show: vi.fn(() => Promise.resolve({ id: 't', connections: [{ connected: true, failed: false, measured: true, path: 'udp' as const, estimate_down_bps: 2_000_000 }] })),
    end: vi.fn(() => Promise.resolve()),
  };
  const run = new NetworkTrial({
    api,
    picture: () => null,
    onProgress: (one) => progress.push(one),
    createPeerConnection: (configuration) => new FakeConnection(configuration) as unknown as RTCPeerConnection,
  });
  return { api, run, progress };
}

describe('a test', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeConnection.made = [];
  });
  afterEach(() => vi.useRealTimers());

  async function outcomeOf(open: string[]) {
    FakeConnection.open = new Set(open);
    const made = makeTest();
    const began = performance.now();
    const outcome = made.run.run();
    await vi.advanceTimersByTimeAsync(15_000);
    return { outcome: await outcome, ...made, began };
  }

  test('tries every way and measures one', async () => {
    const { outcome, api, progress } = await outcomeOf(['udp', 'tcp', 'relay']);
    expect(outcome).toMatchObject({ udp: 'open', tcp: 'open', relay: 'open', path: 'udp', rtt_ms: 40, jitter_ms: 3, loss_permille: 0, down_kbps: 2000 });
    expect(outcome.seconds).toBeLessThan(15);
    expect(progress.at(-1)?.share).toBeGreaterThan(0.5);
    expect(api.end).toHaveBeenCalledOnce();
    expect(FakeConnection.made.every((one) => one.closed)).toBe(true);
  });

  test('without UDP says TCP', async () => {
    expect((await outcomeOf(['tcp'])).outcome).toMatchObject({ udp: 'closed', tcp: 'open', relay: 'closed', path: 'tcp' });
  });

  test('where nothing leads through, says so in time', async () => {
    const { outcome } = await outcomeOf([]);
    expect(outcome).toMatchObject({ udp: 'closed', tcp: 'closed', relay: 'closed', path: 'none' });
    expect(outcome.seconds).toBeLessThan(15);
  });

  test('a gateway without room is not asked again', async () => {
    const { run, api } = makeTest(() => Promise.reject(new HttpProblem(503, 'busy', '')));
    expect(await run.run()).toMatchObject({ verdict: 'untried', reason: 'busy' });
    expect(api.connect).not.toHaveBeenCalled();
  });

  test('whoever goes on ends it', async () => {
    FakeConnection.open = new Set(['udp']);
    const { run, api } = makeTest();
    const outcome = run.run();
    await vi.advanceTimersByTimeAsync(2000);
    run.stop();
    await vi.advanceTimersByTimeAsync(15_000);
    await outcome;
    expect(api.end).toHaveBeenCalledOnce();
    expect(FakeConnection.made.every((one) => one.closed)).toBe(true);
  });
});
