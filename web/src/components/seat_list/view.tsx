// People with a word about where they are, and one thing that may be done about it.

import { useState } from 'preact/hooks';
import type { Participant } from '../../protocol/messages';
import { fullName, shortName } from '../../text/names';
import { relationOf, text } from '../../text/text';
import { Button } from '../button/view';
import { Avatar } from '../person_row/view';
import { Tag } from '../tag/view';
import '../person_row/style.css';
import './style.css';

export interface SeatRow {
  person: Participant;
  where: string;
  here: boolean;
  act?: { word: string; run: (participant: string) => Promise<void> };
}

export function SeatList({ label, rows }: { label: string; rows: readonly SeatRow[] }) {
  return (
    <ul class="seats" aria-label={label}>
      {rows.map((row) => (
        <Seat key={row.person.id} {...row} />
      ))}
    </ul>
  );
}

function Seat({ person, where, here, act }: SeatRow) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const run = () => {
    if (!act) return;
    setBusy(true);
    setFailed(false);
    act
      .run(person.id)
      .catch(() => setFailed(true))
      .finally(() => setBusy(false));
  };
  return (
    <li class="seat" data-seat={person.id} data-outside={person.outside ?? ''}>
      <Avatar name={person.name} />
      <div class="seat-who">
        <p class="who">{fullName(person.name)}</p>
        <p class="role">{relationOf(person)}</p>
      </div>
      <p class="seat-where" aria-live="polite">
        <Tag tone={here ? 'done' : undefined}>{where}</Tag>
      </p>
      {act && (
        <Button label={`${act.word}: ${shortName(person.name)}`} busy={busy} onClick={run}>
          {act.word}
        </Button>
      )}
      {failed && (
        <p class="wrong" role="alert">
          {text.door.failed}
        </p>
      )}
    </li>
  );
}
