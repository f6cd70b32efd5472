// What a device check found, as it is told to the gateway. No names of devices, only marks.

import type { CheckReport, NetworkOutcome, Outcome, Reason } from '../protocol/device_check_api';
import type { DeviceProblem, DeviceState } from './devices';
import { browserFacts, browserOf, deviceOf, fitnessOf } from './browser_fitness';

/** What the person said or showed, beside what the devices say. */
export interface CheckFindings {
  voiceHeard: boolean;
  /** null: the bell was not played */
  bellHeard: boolean | null;
  /** What the camera shows is black. */
  dark: boolean;
  network: NetworkOutcome;
}

export const networkUntried: NetworkOutcome = { verdict: 'untried', udp: 'untried', tcp: 'untried', relay: 'untried', path: 'none' };

const reasonOf: Record<DeviceProblem, Reason> = {
  blocked: 'denied',
  blocked_by_system: 'denied_by_system',
  none_found: 'not_found',
  in_use: 'in_use',
  not_supported: 'not_supported',
  unknown: 'failed',
};

type Devices = Pick<DeviceState, 'name' | 'problem' | 'audioTrack' | 'videoTrack' | 'microphoneInterrupted' | 'soundOnly'>;

export function cameraOutcome(state: Devices, dark: boolean): Outcome {
  if (state.name === 'failed') return { verdict: 'problem', reason: reasonOf[state.problem ?? 'unknown'] };
  if (state.name !== 'ready') return { verdict: 'untried' };
  if (!state.videoTrack) return state.soundOnly ? { verdict: 'problem', reason: 'skipped' } : { verdict: 'problem', reason: 'not_found' };
  return dark ? { verdict: 'fair', reason: 'dark' } : { verdict: 'good' };
}

/** `measurable`: this browser lets a page see how loud a voice is. */
export function microphoneOutcome(state: Devices, heard: boolean, measurable: boolean): Outcome {
  if (state.name === 'failed') return { verdict: 'problem', reason: reasonOf[state.problem ?? 'unknown'] };
  if (state.name !== 'ready') return { verdict: 'untried' };
  if (!state.audioTrack) return { verdict: 'problem', reason: 'not_found' };
  if (state.microphoneInterrupted) return { verdict: 'problem', reason: 'in_use' };
  return heard || !measurable ? { verdict: 'good' } : { verdict: 'untried', reason: 'not_heard' };
}

export const speakerOutcome = (heard: boolean | null): Outcome =>
  heard === null ? { verdict: 'untried' } : heard ? { verdict: 'good' } : { verdict: 'problem', reason: 'not_heard' };

/** Says only whether two devices are the same: half of a digest of the name. */
export async function markOf(track: MediaStreamTrack | null): Promise<string | undefined> {
  if (!track?.label || !globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`bedside ${track.label}`));
  return [...new Uint8Array(digest, 0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function reportOf(moment: CheckReport['moment'], state: Devices, findings: CheckFindings, measurable: boolean): Promise<CheckReport> {
  const facts = browserFacts();
  const { browser, version } = browserOf(facts);
  const [camera, microphone] = await Promise.all([markOf(state.videoTrack), markOf(state.audioTrack)]);
  return {
    moment,
    platform: { device: deviceOf(facts), browser, version },
    camera: { ...cameraOutcome(state, findings.dark), ...(camera ? { mark: camera } : {}) },
    microphone: { ...microphoneOutcome(state, findings.voiceHeard, measurable), ...(microphone ? { mark: microphone } : {}) },
    speaker: speakerOutcome(findings.bellHeard),
    browser: fitnessOf(facts),
    network: findings.network,
  };
}

const HALF_AN_HOUR_MS = 30 * 60_000;

/** Early is before the visit; else the person stands at its door. */
export const momentOf = (startsAt: number | string | null, now: number): CheckReport['moment'] =>
  startsAt !== null && new Date(startsAt).getTime() - now > HALF_AN_HOUR_MS ? 'before' : 'door';
