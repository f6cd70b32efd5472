import type { ConnectionState } from '../protocol/signaling_connection';
import type { Clinic } from '../components/page_frame/view';
import { text } from '../text/text';
import { MessagePage } from './message_page';

export type EndReason = Exclude<Extract<ConnectionState, { name: 'closed' }>['why'], 'stopped' | 'shutting_down' | 'help_over'>;

interface VisitEndedPageProps {
  why: EndReason;
  clinic: Clinic | null;
  staff: boolean;
  /** Nothing of it is kept. */
  practice: boolean;
  onBack: () => void;
}

export function VisitEndedPage({ why, clinic, staff, practice, onBack }: VisitEndedPageProps) {
  const words = text.ended;
  const page = 'ended';
  switch (why) {
    case 'left':
      return <MessagePage page={page} clinic={clinic} title={words.leftTitle} words={words.leftText} act={{ word: words.back, run: onBack }} />;
    case 'ended':
      return <MessagePage page={page} clinic={clinic} title={words.endedTitle} words={practice ? text.practising.ended : staff ? words.endedStaffText : words.endedText} />;
    case 'denied':
      return <MessagePage page={page} clinic={clinic} title={words.deniedTitle} words={words.deniedText} act={{ word: words.askAgain, run: onBack }} call />;
    case 'taken_over':
      return <MessagePage page={page} clinic={clinic} title={words.takenTitle} words={words.takenText} act={{ word: words.useThis, run: onBack }} />;
    case 'revoked':
      return <MessagePage page={page} clinic={clinic} title={words.revokedTitle} words={words.revokedText} call />;
    case 'no_licence':
      return <MessagePage page={page} clinic={clinic} title={words.licenceTitle} words={words.licenceText} act={{ word: words.askAgain, run: onBack }} call />;
    case 'bad_token':
      return <MessagePage page={page} clinic={clinic} title={words.tokenTitle} words={words.tokenText} act={{ word: words.open, run: onBack }} call />;
  }
}
