// What getStats() says, in the few numbers that the call needs. Pure; browsers leave out what they do not count.

import type { MediaPath, RequestFigures } from '../protocol/messages';

/** The numbers of one slot, counted since the call began. */
export interface SlotCounters {
  /** Pictures that were rendered, or decoded where nobody counts those. */
  frames: number;
  height: number;
  freezes: number;
  frozenMs: number;
  heardMs: number;
  concealedMs: number;
  /** Time that sound spent in the jitter buffer, and the samples that it holds for. */
  bufferedMs: number;
  bufferedSamples: number;
}

export interface CallStats {
  packetsReceived: number;
  path: MediaPath;
  limitedBy: RequestFigures['limited_by'];
  slots: SlotCounters[];
}

/** Packets that arrived since the connection began, until a moment by the browser's own clock. */
export interface Arrivals {
  at: number;
  voice: number;
  all: number;
}

/** The tracks of a slot, by which the stats are found. */
export interface SlotTracks {
  audio: { id: string; mid: string | null };
  video: { id: string; mid: string | null };
}

export interface Stat {
  id?: string;
  /** When it was counted, ms. */
  timestamp?: number;
  type: string;
  kind?: string;
  mid?: string;
  trackIdentifier?: string;
  packetsReceived?: number;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  nominated?: boolean;
  selected?: boolean;
  state?: string;
  candidateType?: string;
  protocol?: string;
  relayProtocol?: string;
  qualityLimitationReason?: string;
  active?: boolean;
  framesDecoded?: number;
  frameHeight?: number;
  freezeCount?: number;
  totalFreezesDuration?: number;
  totalSamplesReceived?: number;
  concealedSamples?: number;
  jitterBufferDelay?: number;
  jitterBufferEmittedCount?: number;
}

/** Every browser plays WebRTC sound at this rate. */
const SAMPLES_PER_MS = 48;

const nothing = (): SlotCounters => ({
  frames: 0,
  height: 0,
  freezes: 0,
  frozenMs: 0,
  heardMs: 0,
  concealedMs: 0,
  bufferedMs: 0,
  bufferedSamples: 0,
});

export function readStats(stats: Iterable<Stat>, tracks: readonly SlotTracks[]): CallStats {
  const all = [...stats];
  return {
    packetsReceived: packetsReceived(all),
    path: pathOf(all),
    limitedBy: limitOf(all),
    slots: tracks.map((slot) => countersOf(all, slot)),
  };
}

export function arrivalsOf(stats: readonly Stat[]): Arrivals {
  const voice = stats.reduce((sum, one) => sum + (one.type === 'inbound-rtp' && one.kind === 'audio' ? (one.packetsReceived ?? 0) : 0), 0);
  const { timestamp: at = 0 } = stats.find(({ type }) => type === 'inbound-rtp') ?? {};
  return { at, voice, all: packetsReceived(stats) };
}

/** All packets that the transport received, or the media packets where the browser counts no others. */
export function packetsReceived(stats: Iterable<Stat>): number {
  let transport: number | null = null;
  let media = 0;
  for (const one of stats) {
    if (one.type === 'transport' && one.packetsReceived !== undefined) {
      transport = (transport ?? 0) + one.packetsReceived;
    } else if (one.type === 'inbound-rtp') media += one.packetsReceived ?? 0;
  }
  return transport ?? media;
}

/** Which way the packets go, from the candidate pair in use. */
export function pathOf(stats: readonly Stat[]): MediaPath {
  const chosen = stats.find((one) => one.type === 'transport')?.selectedCandidatePairId;
  const pairs = stats.filter((one) => one.type === 'candidate-pair');
  // Firefox has no transport entry: it marks the pair itself.
  const pair =
    pairs.find((one) => one.id === chosen) ??
    pairs.find((one) => one.selected) ??
    pairs.find((one) => one.nominated && one.state === 'succeeded');
  const local = stats.find((one) => one.type === 'local-candidate' && one.id === pair?.localCandidateId);
  if (!local) return 'unknown';
  if (local.candidateType !== 'relay') return local.protocol === 'tcp' ? 'tcp' : 'udp';
  if (local.relayProtocol === 'tls') return 'turn_tls';
  return local.relayProtocol === 'tcp' ? 'turn_tcp' : 'turn_udp';
}

/** What keeps one's own picture smaller than the camera's; the device itself counts before the line. */
function limitOf(stats: readonly Stat[]): RequestFigures['limited_by'] {
  const reasons = stats
    .filter((one) => one.type === 'outbound-rtp' && one.kind === 'video' && one.active !== false)
    .map((one) => one.qualityLimitationReason);
  for (const reason of ['cpu', 'bandwidth', 'other'] as const) if (reasons.includes(reason)) return reason;
  return 'none';
}

function countersOf(stats: readonly Stat[], slot: SlotTracks): SlotCounters {
  const counters = nothing();
  for (const one of stats) {
    if (one.type !== 'inbound-rtp') continue;
    if (belongsTo(one, slot.video)) {
      counters.frames = one.framesDecoded ?? 0;
      counters.height = one.frameHeight ?? 0;
      counters.freezes = one.freezeCount ?? 0;
      counters.frozenMs = 1000 * (one.totalFreezesDuration ?? 0);
    } else if (belongsTo(one, slot.audio)) {
      counters.heardMs = (one.totalSamplesReceived ?? 0) / SAMPLES_PER_MS;
      counters.concealedMs = (one.concealedSamples ?? 0) / SAMPLES_PER_MS;
      counters.bufferedMs = 1000 * (one.jitterBufferDelay ?? 0);
      counters.bufferedSamples = one.jitterBufferEmittedCount ?? 0;
    }
  }
  return counters;
}

const belongsTo = (stat: Stat, track: { id: string; mid: string | null }): boolean =>
  stat.trackIdentifier === track.id || (stat.mid !== undefined && stat.mid === track.mid);

type SlotFigures = RequestFigures['slots'][number];

/** More than this the gateway does not believe of one look. */
const MOST_MS = 60_000;

/** What came of each slot between two looks; a slot in which nothing was heard or shown is left out. */
export function figuresBetween(before: readonly SlotCounters[], now: readonly SlotCounters[]): SlotFigures[] {
  return now
    .map((to, slot): SlotFigures => {
      const from = before[slot] ?? nothing();
      // Counters that went back belong to a new connection.
      const since = (key: keyof SlotCounters) => Math.max(0, Math.round(to[key] < from[key] ? to[key] : to[key] - from[key]));
      const span = (ms: number) => Math.min(MOST_MS, ms);
      const samples = since('bufferedSamples');
      return {
        slot,
        heard_ms: span(since('heardMs')),
        concealed_ms: span(Math.min(since('heardMs'), since('concealedMs'))),
        frames: Math.min(100_000, since('frames')),
        freezes: Math.min(1000, since('freezes')),
        frozen_ms: span(since('frozenMs')),
        ...(samples > 0 ? { buffer_ms: span(Math.round(since('bufferedMs') / samples)) } : {}),
        ...(to.height > 0 ? { height: to.height } : {}),
      };
    })
    .filter((one) => one.heard_ms > 0 || one.frames > 0);
}
