// The state is a sentence, in one fixed place above the buttons, spoken politely.

import type { ComponentChildren } from 'preact';
import { Bars } from '../participant_tile/view';
import './style.css';

export interface StateLineProps {
  sentence: string;
  speaking?: boolean;
  children?: ComponentChildren;
}

export function StateLine({ sentence, speaking, children }: StateLineProps) {
  return (
    <div class="state">
      <p role="status" aria-live="polite">
        {speaking && <Bars />}
        <span>{sentence}</span>
      </p>
      {children}
    </div>
  );
}
