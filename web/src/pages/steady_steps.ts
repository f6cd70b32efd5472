import { useEffect, useRef, useState } from 'preact/hooks';
import { SteadySteps } from '../call/ladder';
import type { Steps } from '../call/ladder';

/** Steps of the ladder, worse at once and better only after they held for a while. */
export function useSteadySteps(steps: Steps, lingerMs: number): Steps {
  const steady = useRef<SteadySteps | null>(null);
  steady.current ??= new SteadySteps(lingerMs);
  const [, lookAgain] = useState(0);
  const now = performance.now();
  const { shown, nextAt } = steady.current.update(now, steps);
  useEffect(() => {
    if (nextAt === null) return;
    const timer = setTimeout(() => lookAgain((count) => count + 1), nextAt - now);
    return () => clearTimeout(timer);
  }, [nextAt]);
  return shown;
}
