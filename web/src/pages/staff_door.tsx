// Pages of staff and their words come in files of their own: whoever is ill does not wait for them.

import { bringWords, text } from '../text/text';
import { LatePart, useLatePart } from './late_part';
import { MessagePage } from './message_page';

/** A page, once the words that it reads are here too. */
const withWords = <T,>(load: () => Promise<T>) => new LatePart(async () => (await Promise.all([load(), bringWords('staff'), bringWords('device')]))[0]);

const pages = {
  board: withWords(async () => (await import('./board_pages')).BoardPages),
  case: withWords(async () => (await import('./staff_pages')).StaffPages),
  enter: withWords(async () => (await import('./enter_pages')).EnterPages),
  help: withWords(async () => (await import('./help_pages')).HelpPages),
  practice: withWords(async () => (await import('./practice_pages')).PracticePages),
  signIn: withWords(async () => (await import('./sign_in')).SignInPages),
};

export function StaffDoor({ to }: { to: keyof typeof pages }) {
  const Page = useLatePart(pages[to]);
  return Page ? <Page /> : <MessagePage page="loading" clinic={null} title={text.loading.title} words={text.loading.text} />;
}
