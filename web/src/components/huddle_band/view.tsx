// The team talks among itself: a band that looks like nothing else, and the way out of it.

import { useState } from 'preact/hooks';
import { shortName } from '../../text/names';
import { list, text } from '../../text/text';
import type { Participant } from '../../protocol/messages';
import { Button } from '../button/view';
import { Icon } from '../icon/view';
import './style.css';

interface HuddleBandProps {
  colleagues: readonly Participant[];
  /** Who waits in the calm room. */
  calm: readonly Participant[];
  onEnd: () => Promise<void>;
}

const names = (people: readonly Participant[]) => list(people.map((one) => shortName(one.name)));

export function HuddleBand({ colleagues, calm, onEnd }: HuddleBandProps) {
  const [busy, run, failed] = useAct(onEnd);
  const words = text.huddle;
  return (
    <section class="huddle-band" aria-label={words.label} data-huddle>
      <Icon name="lock" />
      <p role="status">
        <strong>{colleagues.length > 0 ? words.band({ names: names(colleagues) }) : words.bandAlone}</strong>{' '}
        {calm.length > 0 ? words.unseen({ count: calm.length, names: names(calm) }) : words.unseenByAll}
      </p>
      {failed && <p role="alert">{text.door.failed}</p>}
      <Button busy={busy} onClick={run}>
        {words.end}
      </Button>
    </section>
  );
}

/** Begins one. With whom is said to who does not see the faces: a bar has no room for every name. */
export function HuddleButton({ colleagues, onBegin }: { colleagues: readonly Participant[]; onBegin: () => Promise<void> }) {
  const [busy, run, failed] = useAct(onBegin);
  return (
    <>
      {failed && (
        <p class="wrong small" role="alert">
          {text.door.failed}
        </p>
      )}
      <Button icon="lock" busy={busy} label={text.huddle.beginWith({ names: names(colleagues) })} onClick={run}>
        {text.huddle.begin}
      </Button>
    </>
  );
}

function useAct(act: () => Promise<void>): [boolean, () => void, boolean] {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const run = () => {
    setBusy(true);
    setFailed(false);
    act()
      .catch(() => setFailed(true))
      .finally(() => setBusy(false));
  };
  return [busy, run, failed];
}
