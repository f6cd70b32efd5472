// Somebody may not have heard what one just said: one line, which goes by itself.

import type { MissedWords as Missed } from '../../call/visit_state';
import type { Participant } from '../../protocol/messages';
import { shortName } from '../../text/names';
import { list, text } from '../../text/text';
import { Icon } from '../icon/view';
import './style.css';

interface MissedWordsProps {
  missed: readonly Missed[];
  people: readonly Participant[];
}

/** Always there, so that screen readers hear of what comes into it. */
export function MissedWords({ missed, people }: MissedWordsProps) {
  const named = missed.flatMap((one) => people.filter(({ id }) => id === one.participant).map(({ name }) => shortName(name)));
  const seconds = Math.max(0, ...missed.map((one) => one.seconds));
  return (
    <div role="status" aria-live="polite" class="missed" data-missed={named.length}>
      {named.length > 0 && (
        <p>
          <Icon name="ear" />
          <span>{text.missed.title({ names: list(named), count: named.length, seconds })}</span>
        </p>
      )}
    </div>
  );
}
