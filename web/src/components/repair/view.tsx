// Something that only a tap repairs: what happened, and one big button, where people look.

import { Button } from '../button/view';
import type { IconName } from '../icon/view';
import './style.css';

export interface RepairProps {
  title: string;
  more: string;
  word: string;
  icon: IconName;
  busy: boolean;
  act: () => void;
}

export function Repair({ title, more, word, icon, busy, act }: RepairProps) {
  return (
    <div class="fix" data-fix>
      <p>
        <strong>{title}</strong>
        <br />
        {more}
      </p>
      <Button kind="go" big icon={icon} busy={busy} onClick={act}>
        {word}
      </Button>
    </div>
  );
}
