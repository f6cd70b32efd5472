// A link that too many wrong dates of birth have locked: opened again, once it is clear who asks.

import { useEffect, useState } from 'preact/hooks';
import { Button } from '../components/button/view';
import type { BoardSeat, BoardVisit } from '../protocol/board';
import { unlockLink } from '../protocol/board_api';
import { text } from '../text/text';

export function UnlockLink({ visit, seat }: { visit: BoardVisit; seat: BoardSeat }) {
  const words = text.board.unlock;
  const [state, setState] = useState<'idle' | 'busy' | 'done' | 'failed'>('idle');
  const locked = seat.step === 'locked';
  // Locked once more: what was said of the last time is over.
  useEffect(() => {
    if (locked) setState('idle');
  }, [locked]);
  const unlock = () => {
    setState('busy');
    unlockLink(visit.id, seat.id).then(
      () => setState('done'),
      () => setState('failed'),
    );
  };
  if (!locked && state !== 'done') return null;
  return (
    <div class="unlock-link stack tight">
      {locked && state !== 'done' && (
        <>
          <p id={`unlock-${seat.id}`}>{words.ask({ name: seat.name })}</p>
          <p>
            <Button kind="go" icon="lock" busy={state === 'busy'} describedBy={`unlock-${seat.id}`} onClick={unlock}>
              {words.button}
            </Button>
          </p>
        </>
      )}
      <p role="status" class={state === 'failed' ? 'bad' : undefined}>
        {state === 'done' ? words.done({ name: seat.name }) : state === 'failed' ? words.failed : ''}
      </p>
    </div>
  );
}
