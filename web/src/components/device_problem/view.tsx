// The camera or the microphone does not work: what happened and what to do, for this browser.

import type { ComponentChildren } from 'preact';
import type { DeviceProblem as Problem } from '../../call/devices';
import { isInsideAnotherApp, platformOf } from '../../call/platform';
import type { Platform } from '../../call/platform';
import { text } from '../../text/text';
import './style.css';

export interface ProblemWords {
  title: string;
  lede: string;
  steps: 'ipad' | 'android' | 'chrome' | 'firefox' | 'safari' | null;
}

const stepsOf: Record<Platform, NonNullable<ProblemWords['steps']>> = {
  ipad: 'ipad',
  iphone: 'ipad',
  android: 'android',
  chrome: 'chrome',
  edge: 'chrome',
  firefox: 'firefox',
  safari: 'safari',
  other: 'chrome',
};

export function wordsFor(problem: Problem, platform: Platform, insideApp: boolean): ProblemWords {
  const words = text.problem;
  if (insideApp && problem !== 'in_use') {
    return { title: words.insideAppTitle, lede: words.insideAppText, steps: null };
  }
  switch (problem) {
    case 'blocked':
      return { title: words.blockedTitle({ platform }), lede: words.blockedText, steps: stepsOf[platform] };
    case 'blocked_by_system':
      return { title: words.blockedBySystemTitle, lede: words.blockedBySystemText, steps: null };
    case 'none_found':
      return { title: words.noneTitle, lede: words.noneText, steps: null };
    case 'in_use':
      return { title: words.inUseTitle, lede: words.inUseText, steps: null };
    case 'not_supported':
      return { title: words.notSupportedTitle, lede: words.notSupportedText, steps: null };
    case 'unknown':
      return { title: words.unknownTitle, lede: words.unknownText, steps: null };
  }
}

export const wordsForThisBrowser = (problem: Problem) =>
  wordsFor(problem, platformOf(navigator), isInsideAnotherApp(navigator));

export function PermissionSteps({ steps }: { steps: NonNullable<ProblemWords['steps']> }) {
  const [first, second] = text.problem.steps[steps];
  return (
    <ol class="how">
      <li>
        <div>
          <p>{emphasised(first ?? [])}</p>
          <MockMenu steps={steps} />
        </div>
      </li>
      <li>
        <div>
          <p>{emphasised(second ?? [])}</p>
          <MockChoice steps={steps} />
        </div>
      </li>
      <li>
        <p>{emphasised(text.problem.comeBack)}</p>
      </li>
    </ol>
  );
}

/** Every second piece is what to look for. */
function emphasised(pieces: readonly string[]): ComponentChildren {
  return pieces.map((piece, index) => (index % 2 === 1 ? <strong key={index}>{piece}</strong> : piece));
}

/** A drawing of what the device shows: where to tap is ringed. */
function MockMenu({ steps }: { steps: NonNullable<ProblemWords['steps']> }) {
  const words = text.problem.mock;
  if (steps === 'ipad') {
    return (
      <svg class="mock" viewBox="0 0 352 152" aria-hidden="true" focusable="false">
        <rect class="m-soft" width="352" height="52" />
        <rect class="m-paper" x="58" y="11" width="236" height="30" rx="8" />
        <text x="176" y="31" text-anchor="middle" font-size="12">{words.address}</text>
        <text class="m-strong" x="84" y="32" text-anchor="middle" font-size="15">{words.aa}</text>
        <circle class="m-ring" cx="84" cy="26" r="20" />
        <rect class="m-box" x="58" y="58" width="206" height="84" rx="8" />
        <rect class="m-here" x="59" y="87" width="204" height="27" />
        <text x="74" y="78" font-size="12">{words.menu[0]}</text>
        <text class="m-strong" x="74" y="105" font-size="12">{words.menu[1]}</text>
        <text x="74" y="131" font-size="12">{words.menu[2]}</text>
      </svg>
    );
  }
  return (
    <svg class="mock" viewBox="0 0 352 56" aria-hidden="true" focusable="false">
      <rect class="m-soft" width="352" height="56" />
      <rect class="m-paper" x="58" y="12" width="236" height="32" rx="16" />
      <path class="m-sign" d="M78 23h14M78 33h14M84 20v6M88 30v6" />
      <circle class="m-ring" cx="85" cy="28" r="19" />
      <text x="190" y="32" text-anchor="middle" font-size="12">{words.address}</text>
    </svg>
  );
}

function MockChoice({ steps }: { steps: NonNullable<ProblemWords['steps']> }) {
  const words = text.problem.mock;
  const choice = steps === 'chrome' || steps === 'android' ? words.on : words.allow;
  return (
    <svg class="mock" viewBox="0 0 352 96" aria-hidden="true" focusable="false">
      <text x="16" y="31" font-size="13">{words.camera}</text>
      <text class="m-choice" x="336" y="31" text-anchor="end" font-size="13">{choice}</text>
      <rect class="m-line" x="16" y="47" width="320" height="1" />
      <text x="16" y="76" font-size="13">{words.microphone}</text>
      <text class="m-choice" x="336" y="76" text-anchor="end" font-size="13">{choice}</text>
    </svg>
  );
}
