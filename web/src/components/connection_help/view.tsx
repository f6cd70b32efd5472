// How good one's own connection is, which way it takes, and how the others see one: a small sign that opens a panel.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Steps } from '../../call/ladder';
import type { EventQuality, MediaPath, Participant } from '../../protocol/messages';
import { shortName } from '../../text/names';
import { few, text } from '../../text/text';
import { Button } from '../button/view';
import { Telephone } from '../page_frame/telephone';
import './style.css';

export interface ConnectionHelpProps {
  /** null: nothing comes just now */
  score: number | null;
  reason: EventQuality['reason'];
  path: MediaPath;
  /** The others who are here, and how one's own picture reaches them. */
  others: readonly Participant[];
  seen: Steps;
  hidden: boolean;
  supportPhone: string;
}

export function ConnectionHelp(props: ConnectionHelpProps) {
  const { score } = props;
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      place.current?.querySelector('button')?.focus();
    };
    const onPress = (event: Event) => !place.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onPress);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onPress);
    };
  }, [open]);
  const word = score === null ? text.connection.none : text.connection.now({ word: text.connection.scores[score] ?? '' });
  return (
    <div ref={place} class="connection" data-score={score ?? 0}>
      <button class="btn plain" type="button" aria-expanded={open} aria-label={word} onClick={() => setOpen(!open)}>
        <Strength score={score ?? 0} />
        <span class="word">{text.connection.button}</span>
      </button>
      {open && <Panel {...props} onClose={() => setOpen(false)} />}
    </div>
  );
}

/** Five bars, as many filled as the score; the words beside them say the same. */
export function Strength({ score }: { score: number }) {
  return (
    <svg class="strength" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {[1, 2, 3, 4, 5].map((bar) => (
        <rect key={bar} class={bar <= score ? 'up' : ''} x={bar * 4.4 - 2.6} y={20 - bar * 3.2} width="2.8" height={bar * 3.2} rx="0.8" />
      ))}
      {score === 0 && <path d="M4 4l16 16" />}
    </svg>
  );
}

const capital = (word: string) => word.charAt(0).toLocaleUpperCase(text.locale) + word.slice(1);

function Panel({ score, reason, path, others, seen, hidden, supportPhone, onClose }: ConnectionHelpProps & { onClose: () => void }) {
  const words = text.connection;
  const names = (step: 'full' | 'small') => others.filter(({ id }) => (seen[id] ?? 'full') === step).map(({ name }) => shortName(name));
  return (
    <section class="connection-panel" aria-label={words.title}>
      <h2>{words.title}</h2>
      <p class="score">
        <Strength score={score ?? 0} />
        <strong>{score === null ? words.none : words.score({ word: capital(words.scores[score] ?? ''), score })}</strong>
      </p>
      {score !== null && <p>{words.reasons[reason]}</p>}
      {score !== null && <p data-path={path}>{words.paths[path]}</p>}
      {!hidden && names('small').length > 0 && <p>{words.seenSmall({ names: few(names('small')), count: names('small').length })}</p>}
      {supportPhone && (
        <p>
          {words.call} <Telephone number={supportPhone} />
        </p>
      )}
      <Button onClick={onClose}>{words.close}</Button>
    </section>
  );
}
