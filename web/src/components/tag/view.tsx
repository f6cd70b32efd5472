import type { ComponentChildren } from 'preact';
import { Icon } from '../icon/view';
import './style.css';

export function Tag({ tone, children }: { tone?: 'done' | 'attend' | 'danger' | 'accent'; children: ComponentChildren }) {
  return (
    <span class={tone ? `tag ${tone}` : 'tag'}>
      {tone === 'done' && <Icon name="tick" />}
      {children}
    </span>
  );
}
