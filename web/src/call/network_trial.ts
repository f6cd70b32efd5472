// Tries the way to the gateway: each kind of way by a PeerConnection of its own, and beside them one
// that is made as in a visit, which is measured. No DOM: what is sent is a track that the page gives.
//
//   begin --> udp, tcp, relay (each: does it connect?)   at the same time
//         '-> measured: the test card comes, the given track goes, for MEASURE_MS --> figures
//
// All of it within LONGEST_MS, whatever happens.

import { HttpProblem } from '../protocol/http_api';
import type { DeviceCheckApi, NetworkFigures, NetworkOutcome, TestBegun, TestConnection, Way } from '../protocol/device_check_api';
import { pathOf } from './call_stats';
import type { Stat } from './call_stats';
import { keepOfferSmall, shortened } from './media_lines';

export type WayName = 'udp' | 'tcp' | 'relay';
export const wayNames: readonly WayName[] = ['udp', 'tcp', 'relay'];

export interface NetworkProgress {
  /** 0 to 1 */
  share: number;
  ways: Record<WayName, Way | 'trying'>;
}

export interface NetworkTrialConfig {
  api: Pick<DeviceCheckApi, 'begin' | 'connect' | 'show' | 'end'>;
  /** A picture that is hard to pack, to fill the way up; null: this browser makes none. */
  picture: () => { track: MediaStreamTrack; stop: () => void } | null;
  onProgress: (progress: NetworkProgress) => void;
  createPeerConnection?: (configuration: RTCConfiguration) => RTCPeerConnection;
}

const LONGEST_MS = 13_000;
const MEASURE_MS = 8000;
/** Direct ways are found in a second; a relay asks twice for its credentials. */
const DIRECT_WITHIN_MS = 4000;
const RELAY_WITHIN_MS = 6000;
const LOOK_EVERY_MS = 500;
/** What a good picture takes, and no more: others use the network, too. */
const UP_BPS_MOST = 2_500_000;

const untested: NetworkOutcome = { verdict: 'untried', udp: 'untried', tcp: 'untried', relay: 'untried', path: 'none' };

/** Only candidates of this protocol. */
export const answerWith = (sdp: string, protocol: 'udp' | 'tcp'): string =>
  sdp
    .split('\r\n')
    .filter((line) => !line.startsWith('a=candidate:') || line.split(' ')[2]?.toLowerCase() === protocol)
    .join('\r\n');

interface Seen {
  jitters: number[];
  lost: number;
  heard: number;
  rttMs: number | null;
  outgoingBps: number;
  path: NetworkOutcome['path'];
}

export class NetworkTrial {
  private readonly create: (configuration: RTCConfiguration) => RTCPeerConnection;
  private readonly connections: RTCPeerConnection[] = [];
  private readonly ways: Record<WayName, Way | 'trying'> = { udp: 'untried', tcp: 'untried', relay: 'untried' };
  private test: TestBegun | null = null;
  private stopped = false;
  private began = 0;
  private ticking: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly config: NetworkTrialConfig) {
    this.create = config.createPeerConnection ?? ((configuration) => new RTCPeerConnection(configuration));
  }

  /** Never throws; after stop() the result means nothing. */
  async run(): Promise<NetworkOutcome> {
    this.began = performance.now();
    try {
      this.test = await this.config.api.begin();
      // The page may have gone on meanwhile.
      if (this.stopped) throw new Error('stopped');
    } catch (error) {
      this.stop();
      const busy = error instanceof HttpProblem && (error.code === 'busy' || error.code === 'too_fast');
      return { ...untested, reason: busy ? 'busy' : 'failed' };
    }
    this.ticking = setInterval(() => this.tell(), LOOK_EVERY_MS);
    try {
      return await this.tryAll(this.test);
    } catch {
      return { ...untested, reason: 'failed' };
    } finally {
      this.stop();
    }
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.ticking);
    for (const connection of this.connections.splice(0)) connection.close();
    const { test } = this;
    this.test = null;
    if (test) void this.config.api.end(test.id).catch(() => undefined);
  }

  private async tryAll(test: TestBegun): Promise<NetworkOutcome> {
    const [figures] = await Promise.all([
      this.measure(test),
      this.tryWay(test, 'udp'),
      test.tcp ? this.tryWay(test, 'tcp') : undefined,
      test.ice_servers.length > 0 ? this.tryWay(test, 'relay') : undefined,
    ]);
    const seconds = Math.round((performance.now() - this.began) / 1000);
    const way = (name: WayName): Way => (this.ways[name] === 'trying' ? 'closed' : (this.ways[name] as Way));
    return {
      // The gateway judges by the figures.
      verdict: 'untried',
      udp: way('udp'),
      tcp: way('tcp'),
      relay: way('relay'),
      path: figures?.path ?? 'none',
      ...(figures?.measured ?? {}),
      seconds,
    };
  }

  private open(configuration: RTCConfiguration): RTCPeerConnection {
    const connection = this.create({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', ...configuration });
    this.connections.push(connection);
    return connection;
  }

  private async exchange(test: TestBegun, connection: RTCPeerConnection, measured: boolean, protocol?: 'udp' | 'tcp'): Promise<number> {
    const offer = await connection.createOffer();
    await connection.setLocalDescription(offer);
    const answer = await this.config.api.connect(test.id, { sdp: shortened(offer.sdp ?? ''), measured });
    if (this.stopped) throw new Error('stopped');
    await connection.setRemoteDescription({ type: 'answer', sdp: protocol ? answerWith(answer.sdp, protocol) : answer.sdp });
    return answer.connection;
  }

  private async tryWay(test: TestBegun, name: WayName): Promise<void> {
    this.ways[name] = 'trying';
    const relay = name === 'relay';
    try {
      const connection = this.open(relay ? { iceServers: test.ice_servers, iceTransportPolicy: 'relay' } : {});
      keepOfferSmall(connection.addTransceiver('audio', { direction: 'recvonly' }), 'audio');
      await this.exchange(test, connection, false, relay ? undefined : name);
      const found = await connects(connection, relay ? RELAY_WITHIN_MS : DIRECT_WITHIN_MS);
      this.ways[name] = found ? 'open' : 'closed';
      connection.close();
    } catch {
      this.ways[name] = 'closed';
    }
    this.tell();
  }

  private async measure(test: TestBegun): Promise<{ path: NetworkOutcome['path']; measured: NetworkFigures } | null> {
    const picture = this.config.picture();
    try {
      const connection = this.open({ iceServers: test.ice_servers });
      const camera = connection.addTransceiver(picture?.track ?? 'video', {
        direction: 'sendonly',
        sendEncodings: [{ maxBitrate: UP_BPS_MOST }],
      });
      const sound = connection.addTransceiver('audio', { direction: 'recvonly' });
      const pictures = connection.addTransceiver('video', { direction: 'recvonly' });
      keepOfferSmall(camera, 'video');
      keepOfferSmall(sound, 'audio');
      keepOfferSmall(pictures, 'video');
      const number = await this.exchange(test, connection, true);
      if (!(await connects(connection, RELAY_WITHIN_MS))) return null;
      const seen = await this.watch(connection, sound.receiver.track.id);
      const told = await this.config.api.show(test.id).catch(() => null);
      return { path: seen.path, measured: figuresOf(seen, told?.connections[number] ?? null, picture !== null) };
    } catch {
      return null;
    } finally {
      picture?.stop();
    }
  }

  private async watch(connection: RTCPeerConnection, sound: string): Promise<Seen> {
    const seen: Seen = { jitters: [], lost: 0, heard: 0, rttMs: null, outgoingBps: 0, path: 'none' };
    const until = Math.min(performance.now() + MEASURE_MS, this.began + LONGEST_MS);
    while (performance.now() < until && !this.stopped) {
      await pause(LOOK_EVERY_MS);
      const stats = await connection.getStats().catch(() => null);
      if (stats) look([...(stats as unknown as Map<string, MeasuredStat>).values()], sound, seen);
    }
    return seen;
  }

  private tell(): void {
    if (this.stopped) return;
    const share = Math.min(0.99, (performance.now() - this.began) / (MEASURE_MS + 1500));
    this.config.onProgress({ share, ways: { ...this.ways } });
  }
}

interface MeasuredStat extends Stat {
  jitter?: number;
  packetsLost?: number;
  currentRoundTripTime?: number;
  totalRoundTripTime?: number;
  responsesReceived?: number;
  availableOutgoingBitrate?: number;
}

function look(stats: readonly MeasuredStat[], sound: string, seen: Seen): void {
  for (const one of stats) {
    if (one.type === 'inbound-rtp' && (one.trackIdentifier === sound || one.kind === 'audio')) {
      if (one.jitter !== undefined) seen.jitters.push(1000 * one.jitter);
      seen.lost = Math.max(0, one.packetsLost ?? 0);
      seen.heard = one.packetsReceived ?? 0;
    }
    if (one.type === 'candidate-pair' && (one.nominated || one.selected) && one.state === 'succeeded') {
      const mean = one.responsesReceived ? (one.totalRoundTripTime ?? 0) / one.responsesReceived : one.currentRoundTripTime;
      if (mean !== undefined && mean > 0) seen.rttMs = 1000 * mean;
      seen.outgoingBps = Math.max(seen.outgoingBps, one.availableOutgoingBitrate ?? 0);
    }
  }
  const path = pathOf(stats);
  if (path !== 'unknown') seen.path = path === 'udp' || path === 'tcp' ? path : 'relay';
}

/** From both ends: what the page saw, and what the gateway measured. */
export function figuresOf(seen: Seen, told: TestConnection | null, sent: boolean): NetworkFigures {
  const loss = (lost: number, came: number) => (lost + came > 0 ? (1000 * lost) / (lost + came) : 0);
  const upLoss = loss(told?.lost_up ?? 0, told?.received ?? 0);
  const down = told?.estimate_down_bps || told?.down_bps;
  const up = Math.max(told?.up_bps ?? 0, Math.min(seen.outgoingBps, UP_BPS_MOST));
  const rtt = seen.rttMs ?? (told?.rtt_us ? told.rtt_us / 1000 : null);
  const jitters = [...seen.jitters].sort((a, b) => a - b);
  const jitter = jitters[Math.floor(jitters.length / 2)];
  return {
    ...(sent && up > 0 ? { up_kbps: Math.round(up / 1000) } : {}),
    ...(down ? { down_kbps: Math.round(down / 1000) } : {}),
    ...(rtt !== null ? { rtt_ms: Math.min(60_000, Math.round(rtt)) } : {}),
    ...(jitter !== undefined ? { jitter_ms: Math.min(60_000, Math.round(jitter)) } : {}),
    ...(seen.heard > 0 ? { loss_permille: Math.round(Math.max(upLoss, loss(seen.lost, seen.heard))) } : {}),
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function connects(connection: RTCPeerConnection, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (found: boolean) => {
      clearTimeout(timer);
      connection.removeEventListener('connectionstatechange', check);
      resolve(found);
    };
    const check = () => {
      const state = connection.connectionState;
      if (state === 'connected') finish(true);
      else if (state === 'failed' || state === 'closed') finish(false);
    };
    const timer = setTimeout(() => finish(false), withinMs);
    connection.addEventListener('connectionstatechange', check);
    check();
  });
}
