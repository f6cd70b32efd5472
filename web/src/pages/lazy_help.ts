// Help is for those who are stuck: its chunk and its words are not part of the first page.

import type { VisitState } from '../call/visit_state';
import { bringWords } from '../text/text';
import { LatePart, useLatePart } from './late_part';

const help = new LatePart(async () => {
  const [pages] = await Promise.all([import('./help_aside'), bringWords('device')]);
  return pages;
});

/** On the way in, when somebody is there to help. Null until it has come. */
export const useHelp = (wanted: boolean) => useLatePart(help, wanted);

/** In the seat it comes ahead of time: a conversation is not interrupted by a fresh page. In the waiting room there is none. */
export const useHelpInSeat = (visit: VisitState | null) =>
  useLatePart(help, visit !== null, visit !== null && visit.help !== null && visit.you.state === 'waiting');
