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

export function LinkProblemPage({ problem, clinic }: { problem: LinkProblem; clinic: Clinic | null }) {
  return <MessagePage page={`link-${problem}`} clinic={clinic} title={text.link[`${problem}Title`]} words={text.link[`${problem}Text`]} call />;
}
