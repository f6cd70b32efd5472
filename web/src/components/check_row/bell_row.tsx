// The speaker: a bell, and whether it was heard.

import { useState } from 'preact/hooks';
import { text } from '../../text/text';
import { Button } from '../button/view';
import bell from './bell.wav';
import { CheckRow } from './view';

interface BellRowProps {
  /** null: not played yet */
  heard: boolean | null;
  onAnswer: (heard: boolean | null) => void;
}

export function BellRow({ heard, onAnswer }: BellRowProps) {
  const [played, setPlayed] = useState(false);
  const words = text.check;
  const play = () => {
    setPlayed(true);
    onAnswer(null);
    void new Audio(bell).play().catch(() => undefined);
  };
  return (
    <CheckRow verdict={heard === null ? 'untried' : heard ? 'good' : 'problem'} title={heard ? words.bellHeard : words.bell}>
      {played && heard === null && <p>{words.bellAsk}</p>}
      <p class="row">
        <Button icon="speaker" onClick={play}>
          {played ? words.bellAgain : words.bellPlay}
        </Button>
        {played && heard === null && (
          <>
            <Button icon="tick" onClick={() => onAnswer(true)}>
              {words.bellYes}
            </Button>
            <Button onClick={() => onAnswer(false)}>{words.bellNo}</Button>
          </>
        )}
      </p>
      <p class="quiet" role="status">
        {heard === false ? words.bellHelp : ''}
      </p>
    </CheckRow>
  );
}
