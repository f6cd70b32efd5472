// Who may invite somebody gets the form after the visit has begun: nobody waits for it on the way in.

import { LatePart, useLatePart } from './late_part';

const invite = new LatePart(async () => (await import('../components/invite/view')).InvitePanel);

/** Null until it has come; a conversation is not interrupted by a fresh page. */
export const useInvite = (wanted: boolean) => useLatePart(invite, wanted, false);
