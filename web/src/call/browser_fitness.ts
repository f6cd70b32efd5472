// Which browser this is, and whether it can make video calls: by what it can do first, and by its
// version where that alone tells of old faults.

import { isAppleTablet, isInsideAnotherApp, platformOf } from './platform';
import type { NavigatorFacts } from './platform';
import type { CheckReport, Outcome } from '../protocol/device_check_api';

export type BrowserName = CheckReport['platform']['browser'];

/** In these a visit was tried, or holds what it needs. */
const OLDEST: Record<BrowserName, number> = { safari: 15, chrome: 94, edge: 94, firefox: 102, other: 0 };

export interface BrowserFacts extends NavigatorFacts {
  hasCapture: boolean;
  hasPeerConnection: boolean;
}

export function browserOf({ userAgent }: NavigatorFacts): { browser: BrowserName; version: number } {
  const found = (pattern: RegExp) => Number(pattern.exec(userAgent)?.[1] ?? 0);
  if (/Firefox\/|FxiOS\//.test(userAgent)) return { browser: 'firefox', version: found(/(?:Firefox|FxiOS)\/(\d+)/) };
  if (/Edg(?:A|iOS)?\//.test(userAgent)) return { browser: 'edge', version: found(/Edg(?:A|iOS)?\/(\d+)/) };
  if (/CriOS\/|Chrom(?:e|ium)\//.test(userAgent)) return { browser: 'chrome', version: found(/(?:CriOS|Chrome|Chromium)\/(\d+)/) };
  if (/Safari\//.test(userAgent)) return { browser: 'safari', version: found(/Version\/(\d+)/) };
  return { browser: 'other', version: 0 };
}

export function deviceOf(facts: NavigatorFacts): CheckReport['platform']['device'] {
  const platform = platformOf(facts);
  if (platform === 'ipad' || platform === 'iphone' || platform === 'android') return platform;
  return 'computer';
}

export function fitnessOf(facts: BrowserFacts): Outcome {
  if (isInsideAnotherApp(facts) && !facts.hasCapture) return { verdict: 'problem', reason: 'inside_app' };
  if (!facts.hasCapture || !facts.hasPeerConnection) return { verdict: 'problem', reason: 'not_supported' };
  if (isInsideAnotherApp(facts)) return { verdict: 'fair', reason: 'inside_app' };
  const { browser, version } = browserOf(facts);
  // Browsers of iPad and iPhone are WebKit of the system, whatever number they give themselves.
  const counts = !isAppleTablet(platformOf(facts)) || browser === 'safari';
  return counts && version > 0 && version < OLDEST[browser] ? { verdict: 'fair', reason: 'old' } : { verdict: 'good' };
}

export const browserFacts = (): BrowserFacts => ({
  userAgent: navigator.userAgent,
  maxTouchPoints: navigator.maxTouchPoints,
  hasCapture: typeof navigator.mediaDevices?.getUserMedia === 'function',
  hasPeerConnection: typeof globalThis.RTCPeerConnection === 'function',
});
