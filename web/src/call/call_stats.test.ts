import { describe, expect, test } from 'vitest';
import { figuresBetween, pathOf, readStats } from './call_stats';
import type { SlotTracks, Stat } from './call_stats';

const slot = (name: string): SlotTracks => ({ audio: { id: `${name}-audio`, mid: '2' }, video: { id: `${name}-video`, mid: '3' } });

describe('the path', () => {
  const pair = (fields: Partial<Stat> = {}): Stat => ({ id: 'pair', type: 'candidate-pair', localCandidateId: 'local', ...fields });
  const local = (fields: Partial<Stat>): Stat => ({ id: 'local', type: 'local-candidate', ...fields });
  const transport: Stat = { id: 't', type: 'transport', selectedCandidatePairId: 'pair' };
  test.each<[string, Stat[], string]>([
    ['udp', [transport, pair(), local({ candidateType: 'host', protocol: 'udp' })], 'udp'],
    ['found by the gateway', [transport, pair(), local({ candidateType: 'prflx', protocol: 'udp' })], 'udp'],
    ['ICE-TCP', [transport, pair(), local({ candidateType: 'host', protocol: 'tcp' })], 'tcp'],
    ['TURN', [transport, pair(), local({ candidateType: 'relay', protocol: 'udp', relayProtocol: 'udp' })], 'turn_udp'],
    ['TURN over TCP', [transport, pair(), local({ candidateType: 'relay', protocol: 'udp', relayProtocol: 'tcp' })], 'turn_tcp'],
    ['TURN over TLS', [transport, pair(), local({ candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' })], 'turn_tls'],
    ['Firefox marks the pair', [pair({ id: 'old' }), pair({ selected: true }), local({ candidateType: 'host', protocol: 'udp' })], 'udp'],
    ['a pair that succeeded', [pair({ nominated: true, state: 'succeeded' }), local({ candidateType: 'host', protocol: 'tcp' })], 'tcp'],
    ['nothing yet', [transport], 'unknown'],
  ])('%s', (_, stats, path) => expect(pathOf(stats)).toBe(path));
});

test.each([
  [['none', 'bandwidth', 'cpu'], 'cpu'],
  [['none', 'bandwidth'], 'bandwidth'],
  [['none', 'other'], 'other'],
  [[], 'none'],
])('layers limited by %j: %s', (reasons, expected) => {
  const stats = reasons.map((qualityLimitationReason): Stat => ({ type: 'outbound-rtp', kind: 'video', qualityLimitationReason }));
  const off: Stat = { type: 'outbound-rtp', kind: 'video', active: false, qualityLimitationReason: 'bandwidth' };
  expect(readStats([...stats, off], []).limitedBy).toBe(expected);
});

test('each slot finds its own counters, by track or by line', () => {
  const read = readStats(
    [
      { type: 'inbound-rtp', kind: 'video', trackIdentifier: 'b-video', framesDecoded: 48, frameHeight: 270, freezeCount: 1, totalFreezesDuration: 0.5 },
      { type: 'inbound-rtp', kind: 'audio', mid: '2', totalSamplesReceived: 48_000, concealedSamples: 480, jitterBufferDelay: 2400, jitterBufferEmittedCount: 48_000 },
    ],
    [{ ...slot('a'), video: { id: 'a-video', mid: '9' } }, { ...slot('b'), audio: { id: 'b-audio', mid: '8' } }],
  );
  expect(read.slots[0]).toMatchObject({ frames: 0, heardMs: 1000, concealedMs: 10 });
  expect(read.slots[1]).toMatchObject({ frames: 48, height: 270, freezes: 1, frozenMs: 500, heardMs: 0 });
});

describe('figures', () => {
  const counters = { frames: 100, height: 540, freezes: 1, frozenMs: 200, heardMs: 10_000, concealedMs: 100, bufferedMs: 500_000, bufferedSamples: 10_000 };
  const after = { frames: 220, height: 270, freezes: 2, frozenMs: 900, heardMs: 15_000, concealedMs: 160, bufferedMs: 1_100_000, bufferedSamples: 20_000 };
  test('are what came between two looks', () => {
    expect(figuresBetween([counters], [after])).toEqual([
      { slot: 0, heard_ms: 5000, concealed_ms: 60, frames: 120, freezes: 1, frozen_ms: 700, buffer_ms: 60, height: 270 },
    ]);
  });
  test('begin anew where the counters do', () => {
    expect(figuresBetween([after], [counters])[0]).toMatchObject({ heard_ms: 10_000, frames: 100 });
  });
  test('leave out a slot in which nothing came', () => {
    expect(figuresBetween([counters, counters], [counters, after]).map((one) => one.slot)).toEqual([1]);
  });
  test('stay within what the gateway believes', () => {
    const [one] = figuresBetween([], [{ ...after, heardMs: 9e9, concealedMs: 9e9, frames: 9e9 }]);
    expect(one).toMatchObject({ heard_ms: 60_000, concealed_ms: 60_000, frames: 100_000 });
  });
});
