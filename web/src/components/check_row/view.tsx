// One thing that is tried: its sign, its verdict in words, and what to do about it.

import type { ComponentChildren } from 'preact';
import type { Verdict } from '../../protocol/device_check_api';
import { Icon } from '../icon/view';
import './style.css';

interface CheckRowProps {
  verdict: Verdict;
  title: string;
  children?: ComponentChildren;
}

const signs = { good: 'tick', fair: 'tick', problem: 'warning' } as const;

export function CheckRow({ verdict, title, children }: CheckRowProps) {
  return (
    <li data-verdict={verdict}>
      <span class={`tickbox ${verdict}`} aria-hidden="true">
        {verdict !== 'untried' && <Icon name={signs[verdict]} />}
      </span>
      <h2>{title}</h2>
      <div class="body">{children}</div>
    </li>
  );
}
