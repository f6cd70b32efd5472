import { describe, expect, test } from 'vitest';
import { PacketWatch } from './call_quality';
import { packetsReceived } from './call_stats';

function flowFor(watch: PacketWatch, from: number, ms: number, packetsPerTick: number, start = 0) {
  let packets = start;
  let at = from;
  for (; at <= from + ms; at += 250) {
    packets += packetsPerTick;
    watch.observe(at, packets);
  }
  return { packets, at };
}

describe('PacketWatch', () => {
  test('says "stopped" half a second after a flow ends', () => {
    const watch = new PacketWatch();
    const { packets, at } = flowFor(watch, 0, 2000, 12);
    expect(watch.observe(at, packets)).toBe('flowing');
    expect(watch.observe(at + 250, packets)).toBe('stopped');
  });

  test('never says so where little came before: one alone in the room, a muted audio call', () => {
    const watch = new PacketWatch();
    const { packets, at } = flowFor(watch, 0, 2000, 1);
    expect(watch.observe(at + 5000, packets)).toBe('quiet');
  });

  test('flows again as soon as packets come', () => {
    const watch = new PacketWatch();
    const { packets, at } = flowFor(watch, 0, 2000, 12);
    expect(watch.observe(at + 1000, packets)).toBe('stopped');
    expect(watch.observe(at + 1250, packets + 1)).not.toBe('stopped');
    const again = flowFor(watch, at + 1500, 2000, 12, packets + 1);
    expect(watch.observe(again.at, again.packets + 12)).toBe('flowing');
  });

  test('a new transport counts from zero and is not a stop', () => {
    const watch = new PacketWatch();
    const { at } = flowFor(watch, 0, 2000, 12);
    expect(watch.observe(at, 3)).toBe('quiet');
    expect(watch.observe(at + 2000, 3)).toBe('quiet');
  });
});

test.each([
  [[{ type: 'transport', packetsReceived: 7 }, { type: 'inbound-rtp', packetsReceived: 3 }], 7],
  [[{ type: 'inbound-rtp', packetsReceived: 3 }, { type: 'inbound-rtp', packetsReceived: 4 }, { type: 'codec' }], 7],
  [[{ type: 'transport' }, { type: 'inbound-rtp', packetsReceived: 2 }], 2],
  [[], 0],
])('counts packets in %j', (stats, packets) => {
  expect(packetsReceived(stats)).toBe(packets);
});
