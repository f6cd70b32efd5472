import type { ComponentChildren } from 'preact';
import { Icon } from '../icon/view';
import type { IconName } from '../icon/view';
import './style.css';

interface NoteProps {
  icon?: IconName;
  tone?: 'attend' | 'danger' | 'done';
  children: ComponentChildren;
}

export function Note({ icon = 'info', tone, children }: NoteProps) {
  return (
    <div class={tone ? `note ${tone}` : 'note'}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}
