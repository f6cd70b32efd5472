// A guest stands at the patient's door: one clear question in the letter's place, two equal buttons.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Participant } from '../../protocol/messages';
import { fullName, shortName } from '../../text/names';
import { minutesAgo } from '../../text/times';
import { relationOf, text } from '../../text/text';
import { Button } from '../button/view';
import { Avatar } from '../person_row/view';
import '../consent_question/style.css';
import './style.css';

interface GuestDoorProps {
  guest: Participant;
  now: number;
  recording: boolean;
  /** How many more wait behind. */
  more: number;
  /** Moves the focus here: only where nobody is typing. */
  takeFocus: boolean;
  onAdmit: (participant: string) => Promise<void>;
  onDeny: (participant: string) => Promise<void>;
}

export function GuestDoor({ guest, now, recording, more, takeFocus, onAdmit, onDeny }: GuestDoorProps) {
  const [busy, setBusy] = useState<'yes' | 'no' | null>(null);
  const [failed, setFailed] = useState(false);
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (takeFocus) section.current?.focus({ preventScroll: true });
  }, []);
  const answer = (what: 'yes' | 'no', run: (participant: string) => Promise<void>) => {
    setBusy(what);
    setFailed(false);
    run(guest.id)
      .catch(() => setFailed(true))
      .finally(() => setBusy(null));
  };
  const words = text.doors;
  const name = shortName(guest.name);
  return (
    <section ref={section} class="ask guest-door" aria-labelledby="guest-title" tabIndex={-1} data-guest={guest.id}>
      <div class="guest-who">
        <Avatar name={guest.name} />
        <div>
          <p class="who">{fullName(guest.name)}</p>
          <p class="quiet">{relationOf(guest)}</p>
          {guest.knocked !== undefined && (
            <p class="quiet nums" data-knocked>
              {text.door.knocked({ minutes: minutesAgo(guest.knocked, now) })}
            </p>
          )}
        </div>
      </div>
      <h2 id="guest-title">{words.guestAsks({ name })}</h2>
      <p>{seesWords(guest.role)({ name })}</p>
      <div class="equal">
        <Button busy={busy === 'yes'} disabled={busy !== null} onClick={() => answer('yes', onAdmit)}>
          {text.door.admit({ name })}
        </Button>
        <Button busy={busy === 'no'} disabled={busy !== null} onClick={() => answer('no', onDeny)}>
          {text.door.deny}
        </Button>
      </div>
      {failed && (
        <p class="wrong" role="alert">
          {text.door.failed}
        </p>
      )}
      <p class="quiet">{words.guestNoMeans({ name })}</p>
      {recording && <p class="quiet">{words.guestRecording({ name })}</p>}
      {more > 0 && <p class="quiet">{words.guestMore({ count: more })}</p>}
    </section>
  );
}

function seesWords(role: Participant['role']) {
  const words = text.doors.guestSees;
  switch (role) {
    case 'interpreter':
    case 'trainee':
    case 'technical_helper':
      return words[role];
    default:
      return words.caregiver;
  }
}
