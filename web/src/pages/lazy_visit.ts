// The visit's own page comes while somebody waits to be let in: the way in does not wait for it.

import type { VisitPage } from './visit';
import { LatePart, useLatePart } from './late_part';

/** Asked for once in a page: after a failure its styles might be missing, and only a fresh page has them. */
let coming: Promise<typeof VisitPage> | null = null;
const visit = new LatePart(() => (coming ??= import('./visit').then((file) => file.VisitPage)));

/** Ahead of time; what does not come now is missed only when it is needed. */
export const loadVisit = () => void visit.bring().catch(() => undefined);

/** Null until it has come. Nothing else may be on the screen where it is needed: the page may be loaded anew. */
export const useVisitPage = (needed: boolean) => useLatePart(visit, needed);
