// How to put it right, for each kind of device and browser: numbered steps, each with a drawing of what the device shows.
// Where to press is ringed. Any other device's steps can be chosen.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { text } from '../../text/text';
import './style.css';

/** Browsers first, then what the system itself forbids, then pages inside other apps. */
export const guides = ['ipad', 'iphone', 'android', 'chrome', 'edge', 'firefox', 'safari', 'ios_settings', 'windows', 'mac', 'inside_ios', 'inside_android'] as const;
export type Guide = (typeof guides)[number];

export function GuideSteps({ guide }: { guide: Guide }) {
  const steps = text.help.steps[guide];
  const drawings = drawn[guide];
  return (
    <ol class="how">
      {steps.map((step, index) => {
        const Drawing = drawings[index];
        return (
          <li key={`${guide} ${index}`}>
            <div>
              <p>{emphasised(step)}</p>
              {Drawing && <Drawing />}
            </div>
          </li>
        );
      })}
      <li>
        <p>{emphasised(guide.startsWith('inside_') ? text.help.goOnThere : text.problem.comeBack)}</p>
      </li>
    </ol>
  );
}

/** The steps for this device; another one can be chosen. */
export function Guides({ first }: { first: Guide }) {
  const [guide, setGuide] = useState(first);
  const words = text.help;
  return (
    <>
      <GuideSteps guide={guide} />
      <div class="field guide-choice">
        <label for="guide">{words.other}</label>
        <select id="guide" class="input" value={guide} onChange={(event) => setGuide(event.currentTarget.value as Guide)}>
          {guides.map((one) => (
            <option key={one} value={one}>
              {words.guides[one]}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}

/** Every second piece is what to look for. */
function emphasised(pieces: readonly string[]): ComponentChildren {
  return pieces.map((piece, index) => (index % 2 === 1 ? <strong key={index}>{piece}</strong> : piece));
}

// ---- drawings ----

function Drawing({ height, children }: { height: number; children: ComponentChildren }) {
  return (
    <svg class="mock" viewBox={`0 0 352 ${height}`} aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const signs = {
  letters: <text class="m-strong" x="85" y="33" text-anchor="middle" font-size="15">AA</text>,
  sliders: <path class="m-sign" d="M77 23h16M77 33h16M83 20v6M88 30v6" />,
  lock: <path class="m-sign" d="M79 27h12v9H79zM81.5 27v-3a3.5 3.5 0 0 1 7 0v3" />,
  noCamera: <path class="m-sign" d="M76 23h12v10H76zM88 27l6-3v8l-6-3M75 20l18 17" />,
} as const;

/** The address, and the sign to press beside it. */
const bar = (sign: keyof typeof signs, where: 'top' | 'bottom' = 'top') =>
  function AddressBar() {
    return (
      <Drawing height={96}>
        <g transform={where === 'bottom' ? 'translate(0 40)' : undefined}>
          <rect class="m-soft" width="352" height="56" />
          <rect class="m-paper" x="58" y="12" width="236" height="32" rx="16" />
          {signs[sign]}
          <circle class="m-ring" cx="85" cy="28" r="19" />
          <text x="190" y="32" text-anchor="middle" font-size="12">{text.problem.mock.address}</text>
        </g>
        <g transform={where === 'bottom' ? 'translate(0 -52)' : undefined}>
          <rect class="m-line" x="58" y="68" width="200" height="4" rx="2" />
          <rect class="m-line" x="58" y="80" width="140" height="4" rx="2" />
        </g>
      </Drawing>
    );
  };

/** A list in which one line is meant. */
const menu = (lines: () => readonly string[], here: number) =>
  function Menu() {
    return (
      <Drawing height={116}>
        <rect class="m-box" x="58" y="8" width="236" height="100" rx="8" />
        <rect class="m-here" x="59" y={13 + 30 * here} width="234" height="30" />
        {lines().map((line, index) => (
          <text key={line} class={index === here ? 'm-strong' : undefined} x="74" y={32 + 30 * index} font-size="12">
            {line}
          </text>
        ))}
      </Drawing>
    );
  };

/** Camera and microphone, each allowed. */
const choices = (kind: 'word' | 'switch' | 'cross') =>
  function Choices() {
    const words = text.problem.mock;
    const row = (name: string, y: number) => (
      <g>
        <text x="16" y={y + 5} font-size="13">{name}</text>
        {kind === 'word' && <text class="m-choice" x="336" y={y + 5} text-anchor="end" font-size="13">{words.allow}</text>}
        {kind === 'switch' && (
          <g>
            <rect class="m-on" x="300" y={y - 10} width="36" height="20" rx="10" />
            <circle class="m-paper" cx="326" cy={y} r="8" />
          </g>
        )}
        {kind === 'cross' && (
          <g>
            <text x="300" y={y + 5} text-anchor="end" font-size="13">{words.blocked}</text>
            <path class="m-sign" d={`M318 ${y - 5}l10 10M328 ${y - 5}l-10 10`} />
            <circle class="m-ring" cx="323" cy={y} r="12" />
          </g>
        )}
      </g>
    );
    return (
      <Drawing height={96}>
        {row(words.camera, 26)}
        <rect class="m-line" x="16" y="47" width="320" height="1" />
        {row(words.microphone, 70)}
      </Drawing>
    );
  };

/** The menu bar of a Mac, with the first name in it pressed. */
function MacMenu() {
  const words = text.problem.mock;
  return (
    <Drawing height={116}>
      <rect class="m-soft" width="352" height="28" />
      <text class="m-strong" x="44" y="19" font-size="12">Safari</text>
      <rect class="m-ring" x="36" y="2" width="54" height="24" rx="12" />
      <rect class="m-box" x="36" y="32" width="236" height="74" rx="8" />
      <rect class="m-here" x="37" y="64" width="234" height="30" />
      <text x="50" y="54" font-size="12">{words.aboutSafari}</text>
      <text class="m-strong" x="50" y="84" font-size="12">{words.siteSettings}</text>
    </Drawing>
  );
}

/** The sign that opens the settings of a device. */
function SettingsSign() {
  return (
    <Drawing height={96}>
      <rect class="m-soft" x="140" y="8" width="72" height="72" rx="16" />
      <circle class="m-sign m-hollow" cx="176" cy="44" r="10" />
      <path class="m-sign" d="M176 22v8M176 58v8M154 44h8M190 44h8M160.5 28.5l5.600 5.600M185.900 53.900l5.600 5.600M160.5 59.5l5.600-5.600M185.900 34.100l5.600-5.600" />
      <circle class="m-ring" cx="176" cy="44" r="30" />
    </Drawing>
  );
}

/** A page inside another app, with the sign for more in its corner. */
const corner = (sign: 'compass' | 'dots') =>
  function Corner() {
    return (
      <Drawing height={96}>
        <rect class="m-soft" width="352" height="44" />
        <path class="m-sign" d="M20 16l12 12M32 16l-12 12" />
        <text x="160" y="27" text-anchor="middle" font-size="12">{text.problem.mock.address}</text>
        {sign === 'dots' ? (
          <path class="m-sign m-dots" d="M320 14v.1M320 22v.1M320 30v.1" />
        ) : (
          <g>
            <circle class="m-sign m-hollow" cx="320" cy="22" r="10" />
            <path class="m-sign" d="M324 18l-2.5 5.5-5.5 2.5 2.5-5.5z" />
          </g>
        )}
        <circle class="m-ring" cx="320" cy="22" r="18" />
        <rect class="m-line" x="24" y="60" width="220" height="4" rx="2" />
        <rect class="m-line" x="24" y="74" width="150" height="4" rx="2" />
      </Drawing>
    );
  };

const websiteMenu = menu(() => text.problem.mock.menu, 1);
const permissionsMenu = menu(() => text.problem.mock.permissionsMenu, 1);
const privacyMenu = menu(() => text.problem.mock.privacyMenu, 1);
const appsMenu = menu(() => text.problem.mock.appsMenu, 1);
const openSafari = menu(() => text.problem.mock.openSafariMenu, 1);
const openChrome = menu(() => text.problem.mock.openChromeMenu, 1);
const allow = choices('word');
const switches = choices('switch');

const drawn: Record<Guide, (() => preact.JSX.Element)[]> = {
  ipad: [bar('letters'), websiteMenu, allow],
  iphone: [bar('letters', 'bottom'), websiteMenu, allow],
  android: [bar('sliders'), permissionsMenu, switches],
  chrome: [bar('sliders'), switches],
  edge: [bar('lock'), permissionsMenu, allow],
  firefox: [bar('noCamera'), choices('cross')],
  safari: [MacMenu, allow],
  ios_settings: [SettingsSign, appsMenu, allow],
  windows: [SettingsSign, privacyMenu, switches],
  mac: [SettingsSign, privacyMenu, switches],
  inside_ios: [corner('compass'), openSafari],
  inside_android: [corner('dots'), openChrome],
};
