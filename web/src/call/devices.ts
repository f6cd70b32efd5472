// The one camera and the one microphone. There is one getUserMedia call at a time, for both
// (WebKit 179363 mutes the first capture when a second begins), the old capture stops before the
// new one starts (a second camera freezes Android), and every wish is `ideal` (WebKit 210932).
// Muting keeps the capture and sends silence: letting go of a microphone loses it in the background.

import { isAppleTablet, platformOf } from './platform';
import type { NavigatorFacts } from './platform';

export type DeviceProblem =
  | 'blocked'
  | 'blocked_by_system'
  | 'none_found'
  | 'in_use'
  | 'not_supported'
  | 'unknown';

/** Which of the two was refused, where the browser says so. */
export type Denied = 'camera' | 'microphone' | 'both';

export interface DeviceState {
  /** asking: the browser's own question may be on the screen */
  name: 'idle' | 'asking' | 'ready' | 'failed';
  problem: DeviceProblem | null;
  denied: Denied;
  /** The person goes without a picture. */
  soundOnly: boolean;
  audioTrack: MediaStreamTrack | null;
  videoTrack: MediaStreamTrack | null;
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
  audioMuted: boolean;
  videoMuted: boolean;
  /** The system took the microphone away (a phone call, Siri), or it was unplugged. */
  microphoneInterrupted: boolean;
  /** The camera stopped by itself: unplugged, or taken by another program or the system. */
  cameraLost: boolean;
}

const CAMERA: MediaTrackConstraints = {
  width: { ideal: 960 },
  height: { ideal: 540 },
  frameRate: { ideal: 24 },
  facingMode: 'user',
};
const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};
/** The gateway misses sound or picture again and again: opening the devices each time would help nobody. */
const REOPEN_PAUSE_MS = 30_000;
/** WebKit mutes a fresh capture for a moment by itself (WebKit PR 28593). */
const MUTE_GRACE_MS = 2000;

export function problemOf(error: unknown): DeviceProblem {
  const { name, message } = error as { name?: string; message?: string };
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return /system/i.test(message ?? '') ? 'blocked_by_system' : 'blocked';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none_found';
    case 'NotReadableError':
    case 'AbortError':
      return 'in_use';
    default:
      return 'unknown';
  }
}

async function whichIsDenied(): Promise<Denied> {
  const isDenied = async (name: string) =>
    (await globalThis.navigator?.permissions?.query({ name: name as PermissionName }).catch(() => null))?.state === 'denied';
  const [camera, microphone] = await Promise.all([isDenied('camera'), isDenied('microphone')]);
  return camera === microphone ? 'both' : camera ? 'camera' : 'microphone';
}

/** Calls back when the browser says that the camera or the microphone was allowed. Returns what stops it. */
export function whenAllowed(allowed: () => void): () => void {
  let watched: PermissionStatus[] = [];
  let stopped = false;
  const check = (event: Event) => (event.target as PermissionStatus).state === 'granted' && allowed();
  for (const name of ['camera', 'microphone']) {
    void globalThis.navigator?.permissions
      ?.query({ name: name as PermissionName })
      .then((status) => {
        if (stopped) return;
        status.addEventListener('change', check);
        watched.push(status);
      })
      .catch(() => undefined);
  }
  return () => {
    stopped = true;
    for (const status of watched) status.removeEventListener('change', check);
    watched = [];
  };
}

const wish = (base: MediaTrackConstraints, deviceId: string | undefined): MediaTrackConstraints => {
  if (!deviceId) return base;
  const { facingMode: _, ...rest } = base;
  return { ...rest, deviceId: { ideal: deviceId } };
};

export class Devices {
  state: DeviceState = {
    name: 'idle',
    problem: null,
    denied: 'both',
    soundOnly: false,
    audioTrack: null,
    videoTrack: null,
    cameras: [],
    microphones: [],
    audioMuted: false,
    videoMuted: false,
    microphoneInterrupted: false,
    cameraLost: false,
  };
  private readonly listeners = new Set<() => void>();
  private chosen: { camera?: string; microphone?: string } = {};
  private acquiring: Promise<void> | null = null;
  /** Not since release(): what the browser opens after it is let go. */
  private wanted = false;
  private readonly apple: boolean;
  private reopened = -Infinity;

  constructor(
    private readonly media: MediaDevices | undefined = navigator.mediaDevices,
    facts: NavigatorFacts = navigator,
  ) {
    this.apple = isAppleTablet(platformOf(facts));
    this.media?.addEventListener?.('devicechange', () => void this.onDeviceChange());
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Asks for both devices; falls back to sound alone when there is no camera. Never throws. */
  acquire(): Promise<void> {
    this.wanted = true;
    // Released and asked for again before the first asking is done.
    if (this.acquiring && this.state.name === 'idle') this.update({ name: 'asking' });
    this.acquiring ??= this.acquireOnce().finally(() => (this.acquiring = null));
    return this.acquiring;
  }

  useSoundOnly(): Promise<void> {
    this.update({ soundOnly: true });
    return this.acquire();
  }

  /** A new try after a failure asks for the camera again. */
  tryAgain(): Promise<void> {
    this.update({ soundOnly: false });
    return this.acquire();
  }

  choose(choice: { camera?: string; microphone?: string }): Promise<void> {
    this.chosen = { ...this.chosen, ...choice };
    if (choice.camera) this.update({ soundOnly: false });
    return this.acquire();
  }

  setMuted(audio: boolean, video: boolean): void {
    if (this.state.audioTrack) this.state.audioTrack.enabled = !audio;
    if (this.state.videoTrack) this.state.videoTrack.enabled = !video;
    this.update({ audioMuted: audio, videoMuted: video });
  }

  /** The gateway gets nothing of a device that is on. Where a page may, it opens both again; else a button asks for a tap. */
  nothingComes(media: 'sound' | 'picture'): void {
    if (this.state.name !== 'ready') return;
    const now = performance.now();
    if (this.apple || now - this.reopened < REOPEN_PAUSE_MS) {
      this.update(media === 'sound' ? { microphoneInterrupted: true } : { cameraLost: true });
      return;
    }
    this.reopened = now;
    void this.acquire();
  }

  /** The page can be seen again: what ended meanwhile is opened, where that needs no tap. */
  comeBack(): void {
    if (this.state.name === 'ready' && !this.apple && this.state.audioTrack?.readyState === 'ended') void this.acquire();
  }

  release(): void {
    this.wanted = false;
    this.stopTracks();
    this.update({ name: 'idle', problem: null, audioTrack: null, videoTrack: null, microphoneInterrupted: false });
  }

  private async acquireOnce(): Promise<void> {
    if (!this.media?.getUserMedia) {
      this.update({ name: 'failed', problem: 'not_supported' });
      return;
    }
    this.stopTracks();
    this.update({ name: 'asking', problem: null, audioTrack: null, videoTrack: null });
    try {
      const stream = await this.open(this.media);
      if (this.wanted) this.adopt(stream);
      else for (const track of stream.getTracks()) track.stop();
    } catch (error) {
      const problem = problemOf(error);
      const denied = problem === 'blocked' ? await whichIsDenied() : 'both';
      if (this.wanted) this.update({ name: 'failed', problem, denied });
    }
    await this.listDevices();
    // Let go, and asked for again only now.
    if (this.state.name === 'asking') await this.acquireOnce();
  }

  private async open(media: MediaDevices): Promise<MediaStream> {
    const audio = wish(MICROPHONE, this.chosen.microphone);
    if (this.state.soundOnly) return media.getUserMedia({ audio });
    try {
      return await media.getUserMedia({ audio, video: wish(CAMERA, this.chosen.camera) });
    } catch (error) {
      // A missing or busy camera must not cost the voice. A refusal is the person's word: no second question.
      const problem = problemOf(error);
      if (problem !== 'none_found' && problem !== 'in_use') throw error;
      return media.getUserMedia({ audio }).catch(() => {
        throw error;
      });
    }
  }

  private adopt(stream: MediaStream): void {
    const audioTrack = stream.getAudioTracks()[0] ?? null;
    const videoTrack = stream.getVideoTracks()[0] ?? null;
    if (audioTrack) {
      audioTrack.enabled = !this.state.audioMuted;
      this.watch(audioTrack);
    }
    if (videoTrack) {
      videoTrack.enabled = !this.state.videoMuted;
      this.watchCamera(videoTrack);
    }
    this.update({ name: 'ready', problem: null, audioTrack, videoTrack, microphoneInterrupted: false, cameraLost: false });
  }

  private watch(track: MediaStreamTrack): void {
    const check = () => {
      if (this.state.audioTrack !== track) return;
      this.update({ microphoneInterrupted: track.muted || track.readyState === 'ended' });
    };
    track.onmute = () => setTimeout(check, MUTE_GRACE_MS);
    track.onunmute = check;
    track.onended = check;
  }

  private watchCamera(track: MediaStreamTrack): void {
    const check = () => {
      if (this.state.videoTrack !== track) return;
      if (track.readyState === 'ended') this.update({ videoTrack: null, cameraLost: true });
      else this.update({ cameraLost: track.muted });
    };
    track.onmute = () => setTimeout(check, MUTE_GRACE_MS);
    track.onunmute = check;
    track.onended = check;
  }

  private async onDeviceChange(): Promise<void> {
    await this.listDevices();
    // Headphones pulled out: go on with what is there. Not on iPad and iPhone, whose list is restless.
    if (this.state.microphoneInterrupted && !this.apple) await this.acquire();
  }

  private async listDevices(): Promise<void> {
    const all = (await this.media?.enumerateDevices?.().catch(() => [])) ?? [];
    const known = all.filter((device) => device.deviceId !== '');
    this.update({
      cameras: known.filter((device) => device.kind === 'videoinput'),
      microphones: known.filter((device) => device.kind === 'audioinput'),
    });
  }

  private stopTracks(): void {
    for (const track of [this.state.audioTrack, this.state.videoTrack]) {
      if (!track) continue;
      track.onended = track.onmute = track.onunmute = null;
      track.stop();
    }
  }

  private update(fields: Partial<DeviceState>): void {
    this.state = { ...this.state, ...fields };
    for (const listener of [...this.listeners]) listener();
  }
}
