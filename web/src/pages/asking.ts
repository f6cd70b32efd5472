// The pages that ask before a visit, and who keeps the answers: loaded once somebody is asked.

import { answersAreKept } from '../protocol/answers_kept';
import type { AnswerKeeper } from '../protocol/answer_keeper';
import { giveAnswers, readAsked } from '../protocol/http_api';

export interface Asking {
  pages: typeof import('./asked_pages');
  keeper: AnswerKeeper;
}

/** Of this tab alone: what is answered may be nobody else's to read. */
const tabStorage = (): Storage | null => {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
};

/** Whether something that was answered here has not reached the gateway. */
export const somethingIsLeft = (owner: string): boolean => answersAreKept(tabStorage(), owner);

/** `onCrisis`: a score so high that somebody should be called, whenever the gateway says so. */
export async function beginAsking(owner: string, onCrisis: () => void): Promise<Asking> {
  const [pages, asked] = await Promise.all([import('./asked_pages'), readAsked()]);
  const keeper = new pages.AnswerKeeper(asked, {
    give: giveAnswers,
    storage: tabStorage(),
    owner,
    wait: (run, ms) => void setTimeout(run, ms),
    onCrisis,
  });
  return { pages, keeper };
}
