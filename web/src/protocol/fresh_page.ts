// Loads the page anew when a file of it did not come. Browsers note such a failure and never ask for the file again
// in the same page (the HTML standard said so until 2026: whatwg/html 6768), so that only a fresh page gets it. What the
// person did so far is kept by the seat store; a reload goes on there.

const KEY = 'bedside.fresh';
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 60_000;
/** What happened longer ago belongs to another story. */
const FORGOTTEN_MS = 600_000;

/** When this tab was loaded anew last, and how often in a row. */
interface Reloads {
  at: number;
  count: number;
}

export interface FreshPageTools {
  storage: () => Storage;
  now: () => number;
  /** Whether the gateway answers now: a reload without it would show the browser's own error page. */
  isReachable: () => Promise<boolean>;
  reload: () => void;
}

const browserTools: FreshPageTools = {
  storage: () => sessionStorage,
  now: () => Date.now(),
  isReachable: async () => (await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' })).ok,
  reload: () => location.reload(),
};

function readReloads(storage: Storage, now: number): Reloads {
  const { at, count } = JSON.parse(storage.getItem(KEY) ?? '{}') as Partial<Reloads>;
  return typeof at === 'number' && typeof count === 'number' && now - at < FORGOTTEN_MS ? { at, count } : { at: -Infinity, count: 0 };
}

/**
 * To be called again until it helps. A page that stays broken is loaded anew more and more seldom; without storage, where
 * nobody could count, it is left alone.
 */
export async function freshPage({ storage, now, isReachable, reload }: FreshPageTools = browserTools): Promise<void> {
  try {
    const kept = storage();
    const last = readReloads(kept, now());
    if (now() - last.at < Math.min(FIRST_PAUSE_MS * 2 ** last.count, LONGEST_PAUSE_MS) || !(await isReachable())) return;
    kept.setItem(KEY, JSON.stringify({ at: now(), count: last.count + 1 }));
    reload();
  } catch {
    // The gateway cannot be reached, or there is no storage.
  }
}
