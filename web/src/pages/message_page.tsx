// A page that says one thing: what happened, what to do, and the number to call.

import type { ComponentChildren } from 'preact';
import { Button } from '../components/button/view';
import { CallUs } from '../components/page_frame/call_us';
import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import type { Clinic } from '../components/page_frame/view';
import type { PageName } from '../components/page_frame/page_names';
import { text } from '../text/text';

interface MessagePageProps {
  page: PageName;
  clinic: Clinic | null;
  title: string;
  words: string;
  act?: { word: string; run: () => void; busy?: boolean };
  /** Offers the telephone as a button, too. */
  call?: boolean;
  children?: ComponentChildren;
}

export function MessagePage({ page, clinic, title, words, act, call, children }: MessagePageProps) {
  useDocument(title);
  return (
    <PageFrame page={page} clinic={clinic}>
      <PageHeading>{title}</PageHeading>
      <p class="lede" role="status">
        {words}
      </p>
      {children}
      <div class="acts">
        {act && (
          <Button kind="go" big wide busy={act.busy} onClick={act.run}>
            {act.word}
          </Button>
        )}
        {call && clinic?.supportPhone && <CallUs phone={clinic.supportPhone} />}
      </div>
    </PageFrame>
  );
}

/** Something that a page of staff needs did not come. A part of the client is asked for by a fresh page alone. */
export function UnreachablePage({ title }: { title: string }) {
  return (
    <MessagePage
      page="unreachable"
      clinic={null}
      title={title}
      words={text.unreachable.text}
      act={{ word: text.unreachable.tryNow, run: () => location.reload() }}
    />
  );
}
