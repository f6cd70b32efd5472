import { useCallback, useEffect, useState } from 'preact/hooks';
import { readOpinion } from '../../protocol/http_api';
import type { Opinion } from '../../protocol/http_api';

export interface OpinionState {
  opinion: Opinion | null;
  failed: boolean;
  again: () => void;
}

/** The written opinion of a case; null while it is on its way. */
export function useOpinion(caseId: string | null): OpinionState {
  const [opinion, setOpinion] = useState<Opinion | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (caseId === null) return;
    let current = true;
    setFailed(false);
    readOpinion(caseId).then(
      (answer) => current && setOpinion(answer),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [caseId, attempt]);
  return { opinion, failed, again: useCallback(() => setAttempt((count) => count + 1), []) };
}
