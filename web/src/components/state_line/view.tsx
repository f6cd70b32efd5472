// The state is a sentence, in one fixed place above the buttons, spoken politely.

import type { ComponentChildren } from 'preact';
import { Button } from '../button/view';
import { Bars } from '../participant_tile/view';
import './style.css';

export interface StateLineProps {
  sentence: string;
  speaking?: boolean;
  fix?: { word: string; act: () => void };
  children?: ComponentChildren;
}

export function StateLine({ sentence, speaking, fix, children }: StateLineProps) {
  return (
    <div class="state">
      <p role="status" aria-live="polite">
        {speaking && <Bars />}
        <span>{sentence}</span>
      </p>
      {fix && (
        <Button kind="go" onClick={fix.act}>
          {fix.word}
        </Button>
      )}
      {children}
    </div>
  );
}
