// @vitest-environment node
import { Duplex } from 'node:stream';
import { createDeflateRaw, createInflateRaw } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pack, unpack } from './packed_text';

// Node's types do not tell of it.
const { toWeb } = Duplex as unknown as { toWeb: (stream: Duplex) => object };

/** What browsers have; Node knows `deflate-raw` only since version 20. */
const streamOf = (make: () => Duplex) =>
  function Stream(format: string) {
    if (format !== 'deflate-raw') throw new TypeError(`no ${format}`);
    return toWeb(make());
  };

beforeEach(() => {
  vi.stubGlobal('CompressionStream', streamOf(createDeflateRaw));
  vi.stubGlobal('DecompressionStream', streamOf(createInflateRaw));
});
afterEach(() => vi.unstubAllGlobals());

describe('a packed text', () => {
  test('is unpacked as it was, and much shorter', async () => {
    const text = Array.from({ length: 18 }, (_, mid) => `m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:${mid}\r\na=x:é€\r\n`).join('');
    const packed = await pack(text);
    expect(packed!.length * 4).toBeLessThan(text.length);
    expect(await unpack(packed!)).toBe(text);
  });

  test('is what the gateway makes and takes', async () => {
    expect(await pack('v=0\r\ns=-\r\n')).toBe('K7M14OUqttXl5QIA');
    expect(await unpack('K7M14OUqttXl5QIA')).toBe('v=0\r\ns=-\r\n');
  });

  test.each(['', '*', 'v=0', '/////w=='])('%j is refused', async (packed) => {
    await expect(unpack(packed)).rejects.toThrow();
  });

  test('is not made where the browser cannot', async () => {
    vi.stubGlobal('CompressionStream', class { constructor() { throw new TypeError('not of this kind'); } });
    expect(await pack('v=0')).toBeNull();
    vi.stubGlobal('CompressionStream', undefined);
    expect(await pack('v=0')).toBeNull();
  });
});
