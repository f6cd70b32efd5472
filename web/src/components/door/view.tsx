// Who waits at the door, since when, and the two answers.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { may } from '../../call/visit_state';
import type { Participant } from '../../protocol/messages';
import { RequestRefused } from '../../protocol/signaling_connection';
import { fullName, shortName } from '../../text/names';
import { clock, minutesAgo } from '../../text/times';
import { relationOf, text } from '../../text/text';
import { Button } from '../button/view';
import { Avatar } from '../person_row/view';
import './style.css';

interface DoorProps {
  person: Participant;
  now: number;
  recording: boolean;
  /** What licences say about letting this person in: a warning asks for one more press. */
  licence?: 'warning' | 'blocked';
  onAdmit: (participant: string, knowsLicence: boolean) => Promise<void>;
  onDeny: (participant: string) => Promise<void>;
  /** A huddle goes on: letting in ends it. */
  huddle?: boolean;
  /** What is to be known of this person before. */
  children?: ComponentChildren;
}

/** Why it did not work, in words that help. */
function sentenceOf(error: unknown): string {
  if (error instanceof RequestRefused && error.code === 'no_licence') return text.door.noLicence;
  if (error instanceof RequestRefused && error.code === 'licence_warning') return text.door.licenceWarning;
  return text.door.failed;
}

export function Door({ person, now, recording, licence, onAdmit, onDeny, huddle = false, children }: DoorProps) {
  const [busy, setBusy] = useState<'admit' | 'deny' | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [asked, setAsked] = useState(false);
  const knows = asked && licence === 'warning';
  const act = (what: 'admit' | 'deny', run: () => Promise<void>) => {
    setBusy(what);
    setFailed(null);
    run()
      .catch((error: unknown) => {
        if (error instanceof RequestRefused && error.code === 'licence_warning') setAsked(true);
        setFailed(sentenceOf(error));
      })
      .finally(() => setBusy(null));
  };
  const admit = () => {
    if (licence === 'warning' && !asked) setAsked(true);
    else act('admit', () => onAdmit(person.id, asked));
  };
  const title = `door-${person.id}`;
  return (
    <section class="door hot" aria-labelledby={title} data-door={person.id}>
      <div class="door-who">
        <Avatar name={person.name} />
        <div>
          <h2 id={title}>{person.outside === 'sent_back' ? text.doors.sentBack({ name: fullName(person.name) }) : text.door.waits({ name: fullName(person.name) })}</h2>
          <p class="quiet">{relationOf(person)}</p>
          <p class="quiet nums">
            {text.door.since({ clock: clock(person.since, text.locale), minutes: minutesAgo(person.since, now) })}
          </p>
        </div>
      </div>
      {person.knocked !== undefined && (
        <p class="knocked nums" data-knocked>
          {text.door.knocked({ minutes: minutesAgo(person.knocked, now) })}
        </p>
      )}
      {children}
      {recording && <p class="quiet">{text.door.pausesRecording}</p>}
      {knows && <p role="status">{text.door.onceMore}</p>}
      <div class="door-acts">
        <Button kind="go" big busy={busy === 'admit'} disabled={licence === 'blocked'} onClick={admit}>
          {knows ? text.door.allTheSame : admitWord(person, huddle)({ name: shortName(person.name) })}
        </Button>
        {may(person, 'deny') && (
          <Button big busy={busy === 'deny'} onClick={() => act('deny', () => onDeny(person.id))}>
            {text.door.deny}
          </Button>
        )}
      </div>
      {failed && (
        <p class="wrong" role="alert">
          {failed}
        </p>
      )}
    </section>
  );
}

function admitWord(person: Participant, huddle: boolean) {
  if (huddle) return text.huddle.endAndAdmit;
  return person.outside === 'sent_back' ? text.doors.letBackWho : text.door.admit;
}
