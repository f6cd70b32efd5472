import { describe, expect, test, vi } from 'vitest';
import { Devices, problemOf } from './devices';

const facts = { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130', maxTouchPoints: 0 };

class FakeTrack {
  enabled = true;
  muted = false;
  readyState: 'live' | 'ended' = 'live';
  onmute: (() => void) | null = null;
  onunmute: (() => void) | null = null;
  onended: (() => void) | null = null;
  constructor(readonly kind: 'audio' | 'video') {}
  stop() {
    this.readyState = 'ended';
  }
}

const streamOf = (...tracks: FakeTrack[]) =>
  ({
    getAudioTracks: () => tracks.filter((one) => one.kind === 'audio'),
    getVideoTracks: () => tracks.filter((one) => one.kind === 'video'),
    getTracks: () => tracks,
  }) as unknown as MediaStream;

function fakeMedia(getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream>) {
  const calls: MediaStreamConstraints[] = [];
  const media = {
    getUserMedia: (constraints: MediaStreamConstraints) => {
      calls.push(constraints);
      return getUserMedia(constraints);
    },
    enumerateDevices: () => Promise.resolve([]),
    addEventListener: () => undefined,
  } as unknown as MediaDevices;
  return { media, calls };
}

function devicesWith(getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream>) {
  const { media, calls } = fakeMedia(getUserMedia);
  return { devices: new Devices(media, facts), calls };
}

const both = () => Promise.resolve(streamOf(new FakeTrack('audio'), new FakeTrack('video')));
const refuse = (name: string, message = '') => () => Promise.reject(new DOMException(message, name));

describe('opening', () => {
  test('asks once for both, with wishes and no demands', async () => {
    const { devices, calls } = devicesWith(both);
    await Promise.all([devices.acquire(), devices.acquire()]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.video).toMatchObject({ width: { ideal: 960 }, facingMode: 'user' });
    expect(JSON.stringify(calls[0])).not.toMatch(/exact|min|max/);
    expect(devices.state).toMatchObject({ name: 'ready', problem: null });
  });

  test('a missing or busy camera does not cost the voice', async () => {
    for (const name of ['NotFoundError', 'NotReadableError']) {
      const { devices, calls } = devicesWith((constraints) =>
        constraints.video ? refuse(name)() : Promise.resolve(streamOf(new FakeTrack('audio'))),
      );
      await devices.acquire();
      expect(calls).toHaveLength(2);
      expect(devices.state.name).toBe('ready');
      expect(devices.state.videoTrack).toBeNull();
    }
  });

  test('a refusal is not asked about a second time', async () => {
    const { devices, calls } = devicesWith(refuse('NotAllowedError'));
    await devices.acquire();
    expect(calls).toHaveLength(1);
    expect(devices.state).toMatchObject({ name: 'failed', problem: 'blocked' });
  });

  describe('released while the browser opens them', () => {
    function slowly() {
      let answer: { resolve: (stream: MediaStream) => void; reject: (error: unknown) => void } | undefined;
      const { devices, calls } = devicesWith(() => new Promise((resolve, reject) => (answer = { resolve, reject })));
      const tracks = [new FakeTrack('audio'), new FakeTrack('video')];
      return { devices, calls, tracks, open: () => answer?.resolve(streamOf(...tracks)), fail: (error: unknown) => answer?.reject(error) };
    }

    test('they are let go', async () => {
      const { devices, tracks, open } = slowly();
      const acquired = devices.acquire();
      devices.release();
      open();
      await acquired;
      expect(tracks.map((one) => one.readyState)).toEqual(['ended', 'ended']);
      expect(devices.state).toMatchObject({ name: 'idle', audioTrack: null, videoTrack: null });
    });

    test('a refusal is no problem any more', async () => {
      const { devices, fail } = slowly();
      const acquired = devices.acquire();
      devices.release();
      fail(new DOMException('', 'NotAllowedError'));
      await acquired;
      expect(devices.state).toMatchObject({ name: 'idle', problem: null });
    });

    test('and asked for again, they are kept, without a second question', async () => {
      const { devices, calls, tracks, open } = slowly();
      void devices.acquire();
      devices.release();
      const acquired = devices.acquire();
      expect(devices.state.name).toBe('asking');
      open();
      await acquired;
      expect(calls).toHaveLength(1);
      expect(tracks.map((one) => one.readyState)).toEqual(['live', 'live']);
      expect(devices.state.name).toBe('ready');
    });
  });

  test('released and asked for again while the devices are listed, they are opened again', async () => {
    const { media, calls } = fakeMedia(both);
    let listed = () => undefined as void;
    media.enumerateDevices = () => new Promise((resolve) => (listed = () => resolve([])));
    const devices = new Devices(media, facts);
    void devices.acquire();
    await vi.waitFor(() => expect(devices.state.name).toBe('ready'));
    devices.release();
    const acquired = devices.acquire();
    listed();
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    await vi.waitFor(() => expect(devices.state.name).toBe('ready'));
    listed();
    await acquired;
  });

  test('choosing another camera lets go of the first one before', async () => {
    const opened: FakeTrack[] = [];
    const { devices, calls } = devicesWith(() => {
      expect(opened.every((one) => one.readyState === 'ended')).toBe(true);
      const tracks = [new FakeTrack('audio'), new FakeTrack('video')];
      opened.push(...tracks);
      return Promise.resolve(streamOf(...tracks));
    });
    await devices.acquire();
    await devices.choose({ camera: 'back' });
    expect(calls[1]?.video).toMatchObject({ deviceId: { ideal: 'back' } });
    expect(calls[1]?.video).not.toHaveProperty('facingMode');
  });

  test('a browser without devices says so', async () => {
    const devices = new Devices({} as MediaDevices, facts);
    await devices.acquire();
    expect(devices.state).toMatchObject({ name: 'failed', problem: 'not_supported' });
  });
});

test('muting keeps the capture, and a new capture stays muted', async () => {
  const { devices } = devicesWith(both);
  await devices.acquire();
  devices.setMuted(true, false);
  expect(devices.state.audioTrack).toMatchObject({ enabled: false, readyState: 'live' });
  await devices.acquire();
  expect(devices.state.audioTrack?.enabled).toBe(false);
  expect(devices.state.videoTrack?.enabled).toBe(true);
});

test('a phone call that takes the microphone is noticed, a hiccup of the capture is not', async () => {
  vi.useFakeTimers();
  try {
    const { devices } = devicesWith(both);
    await devices.acquire();
    const track = devices.state.audioTrack as unknown as FakeTrack;
    track.muted = true;
    track.onmute?.();
    track.muted = false;
    vi.advanceTimersByTime(2500);
    expect(devices.state.microphoneInterrupted).toBe(false);
    track.muted = true;
    track.onmute?.();
    vi.advanceTimersByTime(2500);
    expect(devices.state.microphoneInterrupted).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['NotAllowedError', 'Permission denied', 'blocked'],
  ['NotAllowedError', 'Permission denied by system', 'blocked_by_system'],
  ['NotFoundError', '', 'none_found'],
  ['OverconstrainedError', '', 'none_found'],
  ['NotReadableError', '', 'in_use'],
  ['AbortError', '', 'in_use'],
  ['TypeError', '', 'unknown'],
])('%s "%s" is %s', (name, message, problem) => {
  expect(problemOf({ name, message })).toBe(problem);
});

describe('what the gateway or the system misses', () => {
  const apple = { userAgent: 'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Safari/604.1', maxTouchPoints: 5 };

  test('nothing comes of a microphone: both devices are opened again, once', async () => {
    const { devices, calls } = devicesWith(both);
    await devices.acquire();
    devices.nothingComes('sound');
    await vi.waitFor(() => expect(devices.state.name).toBe('ready'));
    expect(calls).toHaveLength(2);
    devices.nothingComes('sound');
    expect(calls).toHaveLength(2);
    expect(devices.state.microphoneInterrupted).toBe(true);
  });

  test('an iPad is not asked again without a tap', async () => {
    const { media, calls } = fakeMedia(both);
    const devices = new Devices(media, apple);
    await devices.acquire();
    devices.nothingComes('picture');
    expect(calls).toHaveLength(1);
    expect(devices.state.cameraLost).toBe(true);
    await devices.tryAgain();
    expect(devices.state.cameraLost).toBe(false);
  });

  test('a camera that the system took shows no picture until it is back', async () => {
    vi.useFakeTimers();
    try {
      const { devices } = devicesWith(both);
      await devices.acquire();
      const track = devices.state.videoTrack as unknown as FakeTrack;
      track.muted = true;
      track.onmute?.();
      vi.advanceTimersByTime(1900);
      expect(devices.state.cameraLost).toBe(false);
      vi.advanceTimersByTime(200);
      expect(devices.state.cameraLost).toBe(true);
      track.muted = false;
      track.onunmute?.();
      expect(devices.state.cameraLost).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a microphone that ended while the page was hidden is opened when it comes back', async () => {
    const { devices, calls } = devicesWith(both);
    await devices.acquire();
    devices.comeBack();
    expect(calls).toHaveLength(1);
    (devices.state.audioTrack as unknown as FakeTrack).readyState = 'ended';
    devices.comeBack();
    expect(calls).toHaveLength(2);
  });
});
