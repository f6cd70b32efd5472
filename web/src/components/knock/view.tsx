// Who waits lets it be known: one press, at most once a minute.

import { useEffect, useState } from 'preact/hooks';
import { RequestRefused } from '../../protocol/signaling_connection';
import { text } from '../../text/text';
import { Button } from '../button/view';

const PAUSE_MS = 60_000;

interface KnockProps {
  /** Who opens; null: not known by name. */
  name: string | null;
  /** When this person knocked last, as the gateway says. */
  knocked: number | undefined;
  onKnock: () => Promise<void>;
}

/** Never longer than the pause, whatever the clocks say. */
const restOf = (knocked: number | undefined): number => (knocked ? Math.max(0, Math.min(PAUSE_MS, knocked + PAUSE_MS - Date.now())) : 0);

export function Knock({ name, knocked, onKnock }: KnockProps) {
  const words = text.knock;
  const [rests, setRests] = useState(() => restOf(knocked) > 0);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!rests) return undefined;
    const timer = setTimeout(() => setRests(false), restOf(knocked) || PAUSE_MS);
    return () => clearTimeout(timer);
  }, [rests]);
  const knock = () => {
    setBusy(true);
    setFailed(false);
    onKnock()
      .then(() => setRests(true))
      .catch((error: unknown) => {
        // Told a moment ago, from another window perhaps: that is what was wanted.
        if (error instanceof RequestRefused && error.code === 'too_fast') setRests(true);
        else setFailed(true);
      })
      .finally(() => setBusy(false));
  };
  return (
    <div class="stack tight" data-knock={rests ? 'told' : 'open'}>
      <Button icon="people" busy={busy} disabled={rests} describedBy={rests ? 'knock-told' : undefined} onClick={knock}>
        {name === null ? words.button : words.buttonTo({ name })}
      </Button>
      <p id="knock-told" role="status">
        {rests ? words.told : ''}
      </p>
      {failed && (
        <p class="wrong" role="alert">
          {text.door.failed}
        </p>
      )}
    </div>
  );
}
