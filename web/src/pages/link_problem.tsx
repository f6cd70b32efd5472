import { HttpProblem } from '../protocol/http_api';
import type { Clinic } from '../components/page_frame/view';
import { text } from '../text/text';
import { MessagePage } from './message_page';

export type LinkProblem = 'unknown' | 'expired' | 'ended' | 'missing';

/** null when the link itself is not to blame. */
export function linkProblemOf(error: unknown): LinkProblem | null {
  if (!(error instanceof HttpProblem)) return null;
  if (error.code === 'visit_ended') return 'ended';
  if (error.code === 'link_expired' || error.status === 410) return 'expired';
  if (error.code === 'unknown_link' || error.status === 404 || error.status === 400) return 'unknown';
  return null;
}

const words: Record<LinkProblem, { title: string; words: string }> = {
  unknown: { title: text.link.unknownTitle, words: text.link.unknownText },
  expired: { title: text.link.expiredTitle, words: text.link.expiredText },
  ended: { title: text.link.endedTitle, words: text.link.endedText },
  missing: { title: text.link.missingTitle, words: text.link.missingText },
};

export function LinkProblemPage({ problem, clinic }: { problem: LinkProblem; clinic: Clinic | null }) {
  return <MessagePage page={`link-${problem}`} clinic={clinic} {...words[problem]} call />;
}
