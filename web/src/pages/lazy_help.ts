// Help is for those who are stuck: its chunk comes when somebody is there to help.

import { useEffect, useState } from 'preact/hooks';

type Help = typeof import('./help_aside');
let loaded: Help | null = null;

const RETRY_MS = 2000;

/** Null until it has come; a bad link is tried again. */
export function useHelp(wanted: boolean): Help | null {
  const [help, setHelp] = useState<Help | null>(() => loaded);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!wanted || help) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    import('./help_aside').then(
      (module) => setHelp((loaded = module)),
      () => void (timer = setTimeout(() => setAttempt((count) => count + 1), RETRY_MS)),
    );
    return () => clearTimeout(timer);
  }, [wanted, help, attempt]);
  return help;
}
