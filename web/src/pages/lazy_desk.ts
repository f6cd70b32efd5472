// The desk is for staff alone: whoever is ill does not wait for it to load.

import { useEffect, useState } from 'preact/hooks';
import type { DeskPage } from './desk';

type Desk = typeof DeskPage;
let loaded: Desk | null = null;

/** Begins as soon as it is known that somebody works at the desk. */
export async function loadDesk(): Promise<Desk> {
  loaded ??= (await import('./desk')).DeskPage;
  return loaded;
}

const RETRY_MS = 2000;

/** Null until it has come; a bad link is tried again. */
export function useDesk(wanted: boolean): Desk | null {
  const [desk, setDesk] = useState<Desk | null>(() => loaded);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!wanted || desk) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    loadDesk().then(
      (page) => setDesk(() => page),
      () => void (timer = setTimeout(() => setAttempt((count) => count + 1), RETRY_MS)),
    );
    return () => clearTimeout(timer);
  }, [wanted, desk, attempt]);
  return desk;
}
