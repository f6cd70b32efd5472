// Who waits at the door, since when, and the two answers.

import { useState } from 'preact/hooks';
import type { Participant } from '../../protocol/messages';
import { shortName } from '../../text/names';
import { clock, minutesBetween } from '../../text/times';
import { relationOf, text } from '../../text/text';
import { Button } from '../button/view';
import { Avatar } from '../person_row/view';
import './style.css';

interface DoorProps {
  person: Participant;
  now: number;
  recording: boolean;
  onAdmit: (participant: string) => Promise<void>;
  onDeny: (participant: string) => Promise<void>;
}

export function Door({ person, now, recording, onAdmit, onDeny }: DoorProps) {
  const [busy, setBusy] = useState<'admit' | 'deny' | null>(null);
  const [failed, setFailed] = useState(false);
  const act = (what: 'admit' | 'deny', run: (participant: string) => Promise<void>) => {
    setBusy(what);
    setFailed(false);
    run(person.id)
      .catch(() => setFailed(true))
      .finally(() => setBusy(null));
  };
  const title = `door-${person.id}`;
  return (
    <section class="door hot" aria-labelledby={title} data-door={person.id}>
      <div class="door-who">
        <Avatar name={person.name} />
        <div>
          <h2 id={title}>{text.door.waits({ name: person.name })}</h2>
          <p class="quiet">{relationOf(person)}</p>
          <p class="quiet nums">
            {text.door.since({ clock: clock(person.since, text.locale), minutes: minutesBetween(person.since, now) })}
          </p>
        </div>
      </div>
      {recording && <p class="quiet">{text.door.pausesRecording}</p>}
      <div class="door-acts">
        <Button kind="go" big busy={busy === 'admit'} onClick={() => act('admit', onAdmit)}>
          {text.door.admit({ name: shortName(person.name) })}
        </Button>
        <Button big busy={busy === 'deny'} onClick={() => act('deny', onDeny)}>
          {text.door.deny}
        </Button>
      </div>
      {failed && (
        <p class="wrong" role="alert">
          {text.door.failed}
        </p>
      )}
    </section>
  );
}
