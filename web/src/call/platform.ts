// What kind of browser this is, as far as words and workarounds need to know.
// iPadOS says that it is a Mac; touch points tell the truth (browser engines change, the trick stays).

export type Platform =
  | 'ipad'
  | 'iphone'
  | 'android'
  | 'edge'
  | 'chrome'
  | 'firefox'
  | 'safari'
  | 'other';

export interface NavigatorFacts {
  userAgent: string;
  maxTouchPoints: number;
}

export function platformOf({ userAgent, maxTouchPoints }: NavigatorFacts): Platform {
  if (/iPhone|iPod/.test(userAgent)) return 'iphone';
  if (/iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)) return 'ipad';
  if (/Android/.test(userAgent)) return 'android';
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Edg\//.test(userAgent)) return 'edge';
  if (/Chrome\/|Chromium\//.test(userAgent)) return 'chrome';
  if (/Safari\//.test(userAgent)) return 'safari';
  return 'other';
}

/** All browsers of an iPad and an iPhone are WebKit with its rules about sound. */
export const isAppleTablet = (platform: Platform) => platform === 'ipad' || platform === 'iphone';

/** iPad, iPhone and Safari on a Mac. */
export const isWebKit = (platform: Platform) => isAppleTablet(platform) || platform === 'safari';

/** Pages opened inside a mail or chat app often get no camera: the real browser does. */
export function isInsideAnotherApp({ userAgent }: NavigatorFacts): boolean {
  if (/\bwv\b|FBAN|FBAV|Instagram|Line\//.test(userAgent)) return true;
  return /iPhone|iPad/.test(userAgent) && !/Safari\//.test(userAgent);
}

/** A word for people: "Let in the iPad?" */
export function deviceWord(platform: Platform): string {
  switch (platform) {
    case 'ipad':
      return 'iPad';
    case 'iphone':
      return 'iPhone';
    case 'android':
      return 'Android';
    default:
      return 'computer';
  }
}
