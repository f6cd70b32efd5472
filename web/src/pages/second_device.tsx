// The seat is in use on a first device: wait for its yes.

import { useEffect } from 'preact/hooks';
import { askAgain, HttpProblem, isPending } from '../protocol/http_api';
import type { Pending, Seat } from '../protocol/http_api';
import type { Clinic } from '../components/page_frame/view';
import { text } from '../text/text';
import { MessagePage } from './message_page';

interface SecondDevicePageProps {
  clinic: Clinic | null;
  secret: string;
  pending: Pending;
  refused: boolean;
  onSeated: (seat: Seat) => void;
  onRefused: () => void;
  onAgain: () => void;
}

const ASK_EVERY_MS = 2000;

export function SecondDevicePage({ clinic, secret, pending, refused, onSeated, onRefused, onAgain }: SecondDevicePageProps) {
  useEffect(() => {
    if (refused) return;
    let current = true;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      try {
        const answer = await askAgain(pending.pending, secret);
        if (!current) return;
        if (!isPending(answer)) return onSeated(answer);
      } catch (error) {
        if (!current) return;
        if (error instanceof HttpProblem && !error.temporary) return onRefused();
      }
      timer = setTimeout(() => void ask(), ASK_EVERY_MS);
    };
    timer = setTimeout(() => void ask(), ASK_EVERY_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [pending.pending, refused]);

  const words = text.secondDevice;
  if (refused) {
    return (
      <MessagePage
        page="second-device-refused"
        clinic={clinic}
        title={words.refusedTitle}
        words={words.refusedText}
        act={{ word: words.again, run: onAgain }}
        call
      />
    );
  }
  return (
    <MessagePage page="second-device" clinic={clinic} title={words.title} words={words.text} call>
      <p>{words.textStaff}</p>
      <p class="quiet" aria-busy="true">
        {words.waiting}
      </p>
    </MessagePage>
  );
}
