import { useEffect, useState } from 'preact/hooks';
import type { VisitState } from '../../call/visit_state';
import { readScreening, stepAlert } from '../../protocol/http_api';
import type { Screening } from '../../protocol/http_api';

const nothing: Screening = { responses: [], alerts: [] };
const readers: readonly string[] = ['reviewing_physician', 'treating_physician', 'coordinator'];

export interface ScreeningState {
  screening: Screening;
  failed: boolean;
  again: () => void;
  acknowledge: (alert: string) => Promise<void>;
}

/** What people answered before this visit, read anew whenever the gateway says that it changed. */
export function useScreening(visit: Pick<VisitState, 'visit' | 'you' | 'screeningNews' | 'emergency'>): ScreeningState {
  const [screening, setScreening] = useState(nothing);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const { id } = visit.visit;
  const mayRead = readers.includes(visit.you.role);
  const again = () => setAttempt((count) => count + 1);
  useEffect(() => {
    if (!mayRead) return;
    let current = true;
    readScreening(id).then(
      (answer) => {
        if (!current) return;
        setScreening(answer);
        setFailed(false);
      },
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [id, mayRead, visit.screeningNews, visit.emergency?.since, attempt]);
  const acknowledge = async (alert: string) => {
    try {
      await stepAlert(alert, 'acknowledge');
    } finally {
      // Also when somebody else was faster: then their name stands there.
      again();
    }
  };
  return { screening, failed, again, acknowledge };
}
