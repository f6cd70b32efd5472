import { afterEach, describe, expect, test, vi } from 'vitest';
import { addCamera, CameraLayers, layersFor } from './camera_layers';
import type { CameraWish } from './camera_layers';

const present = ['q', 'h', 'f'].map((rid) => ({ rid, active: true }));
const layer = (rid: string, fields: Partial<CameraWish['layers'][number]> = {}) => ({
  ...{ rid, active: true, max_bitrate: 0, max_framerate: 0, scale: 1 },
  ...fields,
});
const wish = (...layers: CameraWish['layers']): CameraWish => ({ layers });
const only = (...rids: string[]) => wish(...present.map(({ rid }) => layer(rid, { active: rids.includes(rid) })));
const pick = (layers: ReturnType<typeof layersFor>, key: 'active' | 'maxBitrate' | 'maxFramerate' | 'scaleResolutionDownBy') =>
  layers.map((one) => one[key]);

describe('what is sent', () => {
  test('three sizes, each with its scale, until something else is wished', () => {
    const layers = layersFor(null, present, false);
    expect(pick(layers, 'active')).toEqual([true, true, true]);
    expect(pick(layers, 'scaleResolutionDownBy')).toEqual([4, 2, 1]);
    expect(pick(layers, 'maxBitrate')).toEqual([100_000, 300_000, 1_200_000]);
    expect(pick(layers, 'maxFramerate')).toEqual([24, 24, 24]);
  });

  test.each([
    ['nobody looks at the largest', only('q', 'h'), false, [true, true, false]],
    ['the lowest stays, whatever is said', only('f'), false, [true, false, true]],
    ['only the lowest', only('q'), false, [true, false, false]],
    ['only the lowest, on an iPad', only('q'), true, [true, true, false]],
    ['the largest too, on an iPad', only('q', 'f'), true, [true, false, true]],
    ['names that are not ours', wish(layer('x', { active: false, max_bitrate: 50_000 })), false, [true, true, true]],
  ])('%s', (_, wanted, keepTwo, active) => {
    expect(pick(layersFor(wanted, present, keepTwo), 'active')).toEqual(active);
  });

  test('each layer has its own limit, and never more than it would have', () => {
    const middle = wish(layer('q'), layer('h', { max_bitrate: 230_000 }), layer('f', { active: false }));
    expect(pick(layersFor(middle, present, false), 'maxBitrate')).toEqual([100_000, 230_000, 1_200_000]);
    const lowest = wish(layer('q', { max_bitrate: 60_000, max_framerate: 15 }), layer('h'), layer('f'));
    expect(pick(layersFor(lowest, present, false), 'maxBitrate')).toEqual([60_000, 300_000, 1_200_000]);
    expect(pick(layersFor(lowest, present, false), 'maxFramerate')).toEqual([15, 24, 24]);
    const odd = wish(layer('q', { max_bitrate: 1000 }), layer('h', { max_bitrate: 9_000_000, max_framerate: 60 }));
    expect(pick(layersFor(odd, present, false), 'maxBitrate')).toEqual([30_000, 300_000, 1_200_000]);
    expect(pick(layersFor(odd, present, false), 'maxFramerate')).toEqual([24, 24, 24]);
  });

  test('one is made smaller still, the others are not', () => {
    expect(pick(layersFor(wish(layer('q', { scale: 2 })), present, false), 'scaleResolutionDownBy')).toEqual([8, 2, 1]);
  });

  test('where there are no layers, the one picture is whole', () => {
    const [one] = layersFor(null, [{ rid: 'q', active: true, scaleResolutionDownBy: 4 }], false);
    expect(one).toMatchObject({ scaleResolutionDownBy: 1, maxBitrate: 1_200_000 });
    expect(layersFor(wish(layer('', { scale: 2, max_bitrate: 80_000 })), [{}], false)[0]).toMatchObject({ scaleResolutionDownBy: 2, maxBitrate: 80_000 });
  });
});

describe('adding the camera', () => {
  test.each([
    [false, [true, false, false], [60_000, 150_000, 1_200_000]],
    [true, [true, true, false], [60_000, 150_000, 1_200_000]],
  ])('the lowest layer begins (two on an iPad: %s)', (keepTwo, active, limits) => {
    let sent: RTCRtpEncodingParameters[] = [];
    const addTransceiver = (_: string, init: RTCRtpTransceiverInit) => void (sent = init.sendEncodings ?? []);
    addCamera({ addTransceiver } as unknown as RTCPeerConnection, keepTwo);
    expect(sent.map((one) => one.rid)).toEqual(['q', 'h', 'f']);
    expect(pick(sent, 'active')).toEqual(active);
    expect(pick(sent, 'maxBitrate')).toEqual(limits);
    expect(pick(sent, 'scaleResolutionDownBy')).toEqual([4, 2, 1]);
  });

  const refusing = (refused: number) => {
    const asked: unknown[] = [];
    const addTransceiver = (_: string, init: RTCRtpTransceiverInit) => {
      asked.push(init.sendEncodings?.map((one) => (one as { scalabilityMode?: string }).scalabilityMode ?? one.rid) ?? null);
      if (asked.length <= refused) throw new TypeError('no');
      return {};
    };
    addCamera({ addTransceiver } as unknown as RTCPeerConnection);
    return asked;
  };
  test('with temporal layers, else with layers, else as one picture', () => {
    const temporal = ['L1T3', 'L1T3', 'L1T3'];
    expect(refusing(0)).toEqual([temporal]);
    expect(refusing(1)).toEqual([temporal, ['q', 'h', 'f']]);
    expect(refusing(2)).toEqual([temporal, ['q', 'h', 'f'], null]);
  });
});

function started(encodings: RTCRtpEncodingParameters[], keepTwo = false) {
  vi.useFakeTimers();
  const sender = {
    encodings,
    getParameters: () => ({ encodings: sender.encodings }),
    refuses: false,
    setParameters: (parameters: { encodings: RTCRtpEncodingParameters[] }) => {
      if (sender.refuses) return Promise.reject(new Error('not now'));
      sender.encodings = parameters.encodings;
      return Promise.resolve();
    },
  };
  const layers = new CameraLayers(sender as unknown as RTCRtpSender, keepTwo);
  return { layers, refuse: (refuses: boolean) => void (sender.refuses = refuses), now: (key: 'active' | 'maxBitrate') => sender.encodings.map((one) => one[key]) };
}

afterEach(() => void vi.useRealTimers());

describe('the start', () => {

  test('is the lowest layer, until the gateway says more', async () => {
    const { layers, now } = started(present);
    layers.answered();
    await vi.advanceTimersByTimeAsync(3000);
    expect(now('active')).toEqual([true, false, false]);
    layers.apply(only('q', 'h', 'f'));
    await vi.advanceTimersByTimeAsync(0);
    expect(now('active')).toEqual([true, true, true]);
    layers.apply(only('q'));
    layers.answered();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(now('active')).toEqual([true, false, false]);
  });

  test('is over by itself where the gateway says nothing', async () => {
    const { layers, now } = started(present);
    layers.answered();
    await vi.advanceTimersByTimeAsync(8000);
    expect(now('active')).toEqual([true, true, true]);
  });

  test('ends with the connection', async () => {
    const { layers, now } = started(present);
    layers.answered();
    layers.close();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(now('active')).toEqual([true, false, false]);
  });

  test('of a camera without layers has little', async () => {
    const { layers, now } = started([{ active: true }]);
    layers.answered();
    await vi.advanceTimersByTimeAsync(0);
    expect(now('maxBitrate')).toEqual([60_000]);
  });
});

describe('where the way up gets thin', () => {
  test('there is a sign of life, whatever is wished, and afterwards the last wish', async () => {
    const { layers, now } = started(present);
    layers.apply(only('q', 'h', 'f'));
    layers.setNarrow(true);
    await vi.advanceTimersByTimeAsync(0);
    expect([now('active'), now('maxBitrate')[0]]).toEqual([[true, false, false], 30_000]);
    layers.apply(only('q', 'h'));
    await vi.advanceTimersByTimeAsync(0);
    expect(now('active')).toEqual([true, false, false]);
    layers.setNarrow(false);
    await vi.advanceTimersByTimeAsync(0);
    expect([now('active'), now('maxBitrate')]).toEqual([[true, true, false], [100_000, 300_000, 1_200_000]]);
  });

  test('a browser that refused to widen it is asked again', async () => {
    const { layers, now, refuse } = started(present);
    layers.apply(only('q', 'h', 'f'));
    layers.setNarrow(true);
    await vi.advanceTimersByTimeAsync(0);
    refuse(true);
    layers.setNarrow(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(now('active')).toEqual([true, false, false]);
    refuse(false);
    layers.setNarrow(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(now('active')).toEqual([true, true, true]);
  });

  test('the second layer of an iPad has as little', async () => {
    const { layers, now } = started(present, true);
    layers.setNarrow(true);
    await vi.advanceTimersByTimeAsync(0);
    expect([now('active'), now('maxBitrate').slice(0, 2)]).toEqual([[true, true, false], [30_000, 30_000]]);
  });
});

test('wishes that come while one is carried out are one wish, the last', async () => {
  let carryOut: () => void = () => undefined;
  const sender = {
    encodings: present as RTCRtpEncodingParameters[],
    getParameters: () => ({ encodings: sender.encodings }),
    setParameters: vi.fn(({ encodings }: { encodings: RTCRtpEncodingParameters[] }) => {
      sender.encodings = encodings;
      return new Promise<void>((resolve) => (carryOut = resolve));
    }),
  };
  const layers = new CameraLayers(sender as unknown as RTCRtpSender, false);
  layers.apply(only('q'));
  layers.apply(only('q', 'h'));
  layers.apply(only('q', 'h', 'f'));
  expect(sender.setParameters).toHaveBeenCalledTimes(1);
  carryOut();
  await vi.waitFor(() => expect(sender.setParameters).toHaveBeenCalledTimes(2));
  expect(sender.encodings.map((one) => one.active)).toEqual([true, true, true]);
  carryOut();
  await Promise.resolve();
  layers.answered(); // nothing new: nothing is set
  await Promise.resolve();
  expect(sender.setParameters).toHaveBeenCalledTimes(2);
});
