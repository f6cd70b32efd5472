// Somebody of the programme is here to help: asked first, in one clear question; then the two of them, above the page that
// the person was on, which stays.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { conditionOf } from '../../call/ladder';
import type { SessionSnapshot, VisitSession } from '../../call/visit_session';
import type { HelpSession, Participant } from '../../protocol/messages';
import { shortName } from '../../text/names';
import { text } from '../../text/text';
import { Button } from '../button/view';
import { Chat } from '../chat/view';
import { Icon } from '../icon/view';
import { Avatar } from '../person_row/view';
import { ParticipantTile } from '../participant_tile/view';
import { Repair } from '../repair/view';
import './style.css';

const OVER_SHOWN_MS = 12_000;

export interface HelpPanelProps {
  session: VisitSession;
  snapshot: SessionSnapshot;
  help: HelpSession;
  supportPhone: string;
  /** Moves the focus to the question: only where nobody is typing. */
  takeFocus: boolean;
  sound: { blocked: boolean; unblock: () => void };
  /** What became of it was read, or was there long enough. */
  onDone: () => void;
}

export function HelpPanel(props: HelpPanelProps) {
  switch (props.help.state) {
    case 'offered':
      return <Offer {...props} />;
    case 'open':
      return <Together {...props} />;
    case 'over':
      return <Over {...props} />;
  }
}

function useAsk(): { busy: string | null; failed: boolean; ask: (what: string, run: () => Promise<void>) => void } {
  const [busy, setBusy] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const ask = (what: string, run: () => Promise<void>) => {
    setBusy(what);
    setFailed(false);
    run()
      .catch(() => setFailed(true))
      .finally(() => setBusy(null));
  };
  return { busy, failed, ask };
}

const Failed = ({ shown }: { shown: boolean }) =>
  shown ? (
    <p class="wrong" role="alert">
      {text.helped.failed}
    </p>
  ) : null;

function Offer({ session, help, supportPhone, takeFocus }: HelpPanelProps) {
  const section = useRef<HTMLElement>(null);
  const { busy, failed, ask } = useAsk();
  const words = text.helped;
  const name = shortName(help.with.name);
  useLayoutEffect(() => {
    if (takeFocus) section.current?.focus({ preventScroll: true });
  }, []);
  const wrote = help.words.filter(({ participant }) => participant === help.with.id).pop();
  const from = help.with.role === 'coordinator' ? words.from.coordinator : words.from.other;
  return (
    <section ref={section} class="help-panel offer" aria-labelledby="help-title" tabIndex={-1} data-help="offered">
      <Avatar name={help.with.name} />
      <div class="stack tight">
        <h2 id="help-title">{words.offerTitle({ name })}</h2>
        <p>
          {from({ name })} {words.offerText}
        </p>
        {wrote && (
          <p class="wrote" role="status">
            {words.wrote({ name, words: wrote.text })}
          </p>
        )}
        <div class="equal">
          <Button busy={busy === 'yes'} disabled={busy !== null} onClick={() => ask('yes', () => session.answerHelp('accept'))}>
            {words.yes({ name })}
          </Button>
          <Button busy={busy === 'no'} disabled={busy !== null} onClick={() => ask('no', () => session.answerHelp('decline'))}>
            {words.no}
          </Button>
        </div>
        <Failed shown={failed} />
        {supportPhone && (
          <p class="quiet">
            {text.frame.needAHand} <span class="nowrap">{supportPhone}</span>
          </p>
        )}
      </div>
    </section>
  );
}

/** Whoever helps need not be on the list of the visit's people yet. */
const personOf = (help: HelpSession, roster: readonly Participant[]): Participant => ({
  audio_muted: false,
  video_muted: false,
  since: help.since,
  you: false,
  ...roster.find(({ id }) => id === help.with.id),
  id: help.with.id,
  name: help.with.name,
  role: help.with.role,
  state: 'in_visit',
});

function Together({ session, snapshot, help, sound }: HelpPanelProps) {
  const { visit, call, devices } = snapshot;
  const { busy, failed, ask } = useAsk();
  const [writing, setWriting] = useState(false);
  const words = text.helped;
  const name = shortName(help.with.name);
  const last = help.words[help.words.length - 1];
  const unheard = devices.audioTrack === null || devices.audioTrack.readyState === 'ended';
  return (
    <section class="help-panel together" aria-labelledby="help-title" data-help="open">
      <HelpFace session={session} snapshot={snapshot} help={help} />
      <div class="stack tight">
        <h2 id="help-title">{words.openTitle({ name })}</h2>
        <p role="status">{help.with.here ? (unheard ? words.noMicrophone({ name }) : words.openText) : words.away({ name })}</p>
        {sound.blocked && call.active && (
          <Repair title={text.state.soundBlocked} more={text.state.soundBlockedMore} word={text.state.soundFix} icon="speaker" busy={false} act={sound.unblock} />
        )}
        {!writing && last && last.participant === help.with.id && (
          <p class="wrote" role="status">
            {words.wrote({ name, words: last.text })}
          </p>
        )}
        <div class="row">
          <Button icon={devices.audioMuted ? 'microphoneOff' : 'microphone'} on={devices.audioMuted} disabled={unheard} onClick={() => session.setMuted(!devices.audioMuted, devices.videoMuted)}>
            {devices.audioMuted ? text.visit.unmute : text.visit.mute}
          </Button>
          <Button icon="chat" on={writing} onClick={() => setWriting(!writing)}>
            {words.write({ name })}
          </Button>
          <Button kind="end" icon="leave" busy={busy !== null} onClick={() => ask('end', () => session.answerHelp('end'))}>
            {words.end}
          </Button>
        </div>
        <Failed shown={failed} />
        {writing && visit && <Chat messages={help.words} you={visit.you.id} maySend onSend={(said) => session.sayInHelp(said)} />}
      </div>
    </section>
  );
}

/** The other one's picture; the voice comes by the sounds of the page. */
export function HelpFace({ session, snapshot, help, className = 'big' }: Pick<HelpPanelProps, 'session' | 'snapshot' | 'help'> & { className?: string }) {
  const { visit, call } = snapshot;
  const slot = visit?.slots.find(({ participant }) => participant === help.with.id)?.slot ?? null;
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const shown = call.slots.map((_, index) => (index === slot || slot === null ? { slot: index, video: true, ...size } : { slot: index, video: false }));
  useEffect(() => session.setShown(shown), [JSON.stringify(shown)]);
  const person = personOf(help, visit?.roster ?? []);
  const step = visit?.pictures[help.with.id] ?? 'full';
  return (
    <ParticipantTile
      person={help.with.here ? person : { ...person, state: 'away', away: 'connection' }}
      slot={slot}
      video={slot === null ? null : (call.slots[slot]?.video ?? null)}
      showVideo
      speaking={false}
      quality={visit?.quality[help.with.id]?.level}
      condition={conditionOf(step, slot === null ? undefined : call.motions[slot], call.transport === 'interrupted')}
      className={className}
      onSize={(_, width, height) => setSize({ width, height })}
      onPicture={(index, picture) =>
        picture ? session.rendered.set(index, () => picture.getVideoPlaybackQuality?.().totalVideoFrames ?? null) : session.rendered.delete(index)
      }
    />
  );
}

function Over({ help, onDone }: HelpPanelProps) {
  useEffect(() => {
    const timer = setTimeout(onDone, OVER_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [help.id]);
  const name = shortName(help.with.name);
  return (
    <section class="help-panel over" aria-label={text.helped.label} data-help="over">
      <Icon name="info" />
      <p role="status">{text.helped.over[help.ended ?? 'by_helper']({ name })}</p>
      <Button kind="plain" onClick={onDone}>
        {text.helped.close}
      </Button>
    </section>
  );
}
