// The camera or the microphone does not work: what happened and what to do, for this browser.

import type { Denied, DeviceProblem as Problem } from '../../call/devices';
import { isAppleTablet, isInsideAnotherApp, platformOf } from '../../call/platform';
import type { Platform } from '../../call/platform';
import { text } from '../../text/text';
import type { Guide } from './guides';

export interface ProblemWords {
  title: string;
  lede: string;
  /** Whose steps are shown first; null: there are none for this. */
  guide: Guide | null;
}

export interface ProblemFacts {
  platform: Platform;
  insideApp: boolean;
  /** Of computers, where the system can forbid it, too. */
  windows: boolean;
  denied: Denied;
}

const guideOf: Record<Platform, Guide> = {
  ipad: 'ipad',
  iphone: 'iphone',
  android: 'android',
  chrome: 'chrome',
  edge: 'edge',
  firefox: 'firefox',
  safari: 'safari',
  other: 'chrome',
};

const systemGuide = ({ platform, windows }: ProblemFacts): Guide =>
  isAppleTablet(platform) ? 'ios_settings' : platform === 'android' ? 'android' : windows ? 'windows' : 'mac';

export function wordsFor(problem: Problem, facts: ProblemFacts): ProblemWords {
  const words = text.problem;
  const { platform, insideApp, denied } = facts;
  if (insideApp && problem !== 'in_use') {
    return { title: words.insideAppTitle, lede: words.insideAppText, guide: platform === 'android' ? 'inside_android' : 'inside_ios' };
  }
  switch (problem) {
    case 'blocked':
      return { title: words.blockedTitle({ platform, denied }), lede: words.blockedText, guide: guideOf[platform] };
    case 'blocked_by_system':
      return { title: words.blockedBySystemTitle, lede: words.blockedBySystemText, guide: systemGuide(facts) };
    case 'none_found':
      return { title: words.noneTitle, lede: words.noneText, guide: null };
    case 'in_use':
      return { title: words.inUseTitle, lede: words.inUseText, guide: null };
    case 'not_supported':
      return { title: words.notSupportedTitle, lede: words.notSupportedText, guide: null };
    case 'unknown':
      return { title: words.unknownTitle, lede: words.unknownText, guide: null };
  }
}

export const wordsForThisBrowser = (problem: Problem, denied: Denied = 'both') =>
  wordsFor(problem, {
    platform: platformOf(navigator),
    insideApp: isInsideAnotherApp(navigator),
    windows: /Windows/.test(navigator.userAgent),
    denied,
  });
