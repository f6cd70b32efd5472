// Device checks and tests of the network over HTTP (docs/http-api.md), by the seat's cookie.

import { HttpProblem } from './http_api';
import type { IceServer } from './messages';

export type Verdict = 'good' | 'untried' | 'fair' | 'problem';
export type Reason =
  | 'none' | 'denied' | 'denied_by_system' | 'not_found' | 'in_use' | 'dark' | 'not_heard' | 'skipped' | 'failed'
  | 'old' | 'inside_app' | 'not_supported'
  | 'blocked' | 'slow' | 'lossy' | 'uneven' | 'far' | 'by_tcp' | 'by_relay' | 'busy';
export type Way = 'untried' | 'open' | 'closed';
export type Change =
  | 'none' | 'other_device' | 'microphone_lost' | 'camera_lost' | 'network_worse' | 'speaker_lost'
  | 'other_microphone' | 'other_camera' | 'other_browser';

export interface Outcome {
  verdict: Verdict;
  reason?: Reason;
}

/** What is not known is left out. */
export interface NetworkFigures {
  up_kbps?: number;
  down_kbps?: number;
  rtt_ms?: number;
  jitter_ms?: number;
  loss_permille?: number;
  seconds?: number;
}

export interface NetworkOutcome extends Outcome, NetworkFigures {
  udp: Way;
  tcp: Way;
  relay: Way;
  path: 'none' | 'udp' | 'tcp' | 'relay';
}

export interface CheckReport {
  moment: 'before' | 'door';
  platform: { device: 'ipad' | 'iphone' | 'android' | 'computer'; browser: 'safari' | 'chrome' | 'edge' | 'firefox' | 'other'; version: number };
  camera: Outcome & { mark?: string };
  microphone: Outcome & { mark?: string };
  speaker: Outcome;
  browser: Outcome;
  network: NetworkOutcome;
}

/** As the gateway keeps it, and judges it. */
export interface KeptCheck extends Omit<CheckReport, 'network'> {
  participant: string;
  at: number;
  change: Change;
  network: Outcome & { udp: Way; tcp: Way; relay: Way; path: NetworkOutcome['path'] } & Record<keyof NetworkFigures, number | null>;
}

/** One line of it, for the team. */
export interface CheckRow extends KeptCheck {
  worst: { item: 'camera' | 'microphone' | 'speaker' | 'browser' | 'network'; verdict: Verdict; reason: Reason };
}

export interface TestBegun {
  id: string;
  seconds: number;
  tcp: boolean;
  ice_servers: IceServer[];
}

export interface TestConnection {
  connected: boolean;
  failed: boolean;
  measured: boolean;
  path: 'udp' | 'tcp' | null;
  up_bps?: number;
  down_bps?: number;
  estimate_down_bps?: number;
  received?: number;
  lost_up?: number;
  rtt_us?: number;
}

const DEADLINE_MS = 8000;

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  try {
    const response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      // The last word may be on its way while the page goes.
      keepalive: method === 'DELETE',
      signal: AbortSignal.timeout?.(DEADLINE_MS),
    });
    const text = await response.text();
    const json = (text ? JSON.parse(text) : {}) as T & { code?: string; detail?: string };
    if (!response.ok) throw new HttpProblem(response.status, json.code ?? '', json.detail ?? '');
    return json;
  } catch (error) {
    throw error instanceof HttpProblem ? error : new HttpProblem(0, 'unreachable', '');
  }
}

const TESTS = '/api/v1/seat/network-tests';
const CHECK = '/api/v1/seat/device-check';

export const deviceCheckApi = {
  record: (report: CheckReport) => ask<KeptCheck>('POST', CHECK, report),
  begin: () => ask<TestBegun>('POST', TESTS, {}),
  connect: (test: string, offer: { sdp: string; measured: boolean }) =>
    ask<{ connection: number; sdp: string }>('POST', `${TESTS}/${encodeURIComponent(test)}/connections`, offer),
  show: (test: string) => ask<{ id: string; connections: TestConnection[] }>('GET', `${TESTS}/${encodeURIComponent(test)}`),
  end: (test: string) => ask<unknown>('DELETE', `${TESTS}/${encodeURIComponent(test)}`),
};
/** For staff: the latest of everybody in a visit. */
export const readChecks = (visit: string) => ask<{ device_checks: CheckRow[] }>('GET', `/api/v1/visits/${encodeURIComponent(visit)}/device-checks`);
export type DeviceCheckApi = typeof deviceCheckApi;
