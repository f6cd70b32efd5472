// The visit's own page comes while somebody waits to be let in: the way in does not wait for it.

import { LatePart, useLatePart } from './late_part';

const visit = new LatePart(async () => (await import('./visit')).VisitPage);

/** Null until it has come. */
export const useVisitPage = (wanted: boolean) => useLatePart(visit, wanted);
